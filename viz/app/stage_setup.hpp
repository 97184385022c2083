// Which views stand where, for a session; and what the status bar says of it.
#pragma once

#include "viz/app/session.hpp"
#include "viz/app/shell.hpp"

namespace glasspost::viz {

// Puts every view of this session on its place.
void set_the_stage(Shell& shell, Session& session);

// Once a frame.
void tell_status(StatusLine& status, Session& session);

}  // namespace glasspost::viz
