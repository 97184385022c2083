// libzmq's own ceiling: a ROUTER of one thread that acknowledges each text to its sender and passes
// it to its receiver, and does nothing else. What a server on libzmq cannot beat.
#pragma once

#include <cstdint>
#include <string>

namespace glasspost::bench {

// The routing id of a line: five bytes, the first not zero.
std::string router_name(std::size_t line);

// Serves until it is killed. Its exit code.
int run_zmq_router(std::uint16_t port);

}  // namespace glasspost::bench
