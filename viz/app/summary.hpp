// What was seen, in words, when the console ends (--summary).
#pragma once

#include <string>

#include "viz/app/session.hpp"

namespace glasspost::viz {

// `tour`: how it went, a sentence; empty if there was none.
void print_summary(Session& session, const std::string& tour);

}  // namespace glasspost::viz
