// The frame loop: draws when something happened or moves, sleeps otherwise, takes the picture that
// --shot asks for, and reports.
#pragma once

#include <functional>

#include "viz/app/frame_costs.hpp"
#include "viz/app/options.hpp"
#include "viz/app/shell.hpp"
#include "viz/app/window.hpp"

namespace glasspost::viz {

// Called before each frame with the seconds since the last one: takes what has come from the source
// of data, fills the status line. True when something changed that should be drawn now.
using Feed = std::function<bool(Shell&, double)>;

// Until the window closes or the picture is taken. Returns the exit code. `costs` are those of the
// frames since it was restarted last.
int run_frames(Window& window, Shell& shell, const Options& options, FrameCosts& costs,
               const Feed& feed);

}  // namespace glasspost::viz
