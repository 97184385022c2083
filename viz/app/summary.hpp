// What was seen, in words, when the console ends (--summary).
#pragma once

#include "viz/app/session.hpp"

namespace glasspost::viz {

void print_summary(Session& session);

}  // namespace glasspost::viz
