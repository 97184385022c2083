// The command line's end of the control socket: one question, one answer, with a deadline.
#pragma once

#include "glasspost/v1/control.pb.h"

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/control/run_directory.hpp"

namespace glasspost {

// Asks the supervisor of this run directory. Errors: kNotFound if no cluster runs here;
// kUnavailable if no answer came in time; kInvalidArgument with the supervisor's own words if it
// refused.
Result<v1::ControlReply> ask_supervisor(const RunDirectory& directory,
                                        const v1::ControlRequest& request,
                                        Duration patience = std::chrono::seconds(5));

}  // namespace glasspost
