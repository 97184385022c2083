// See zmq_router.hpp.
#include "engine/apps/glasspost/bench/zmq_router.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>
#include <zmq.hpp>

namespace glasspost::bench {
namespace {

constexpr std::size_t kNameBytes = 5;
constexpr std::size_t kIdBytes = 8;

}  // namespace

std::string router_name(std::size_t line) {
  return fmt::format("n{:04x}", line);
}

int run_zmq_router(std::uint16_t port) {
  zmq::context_t context(1);
  zmq::socket_t router(context, zmq::socket_type::router);
  router.set(zmq::sockopt::linger, 0);
  router.set(zmq::sockopt::rcvhwm, 100'000);
  router.set(zmq::sockopt::sndhwm, 100'000);
  router.bind("tcp://127.0.0.1:" + std::to_string(port));
  zmq::message_t sender;
  zmq::message_t frame;
  while (true) {
    if (!router.recv(sender) || !router.recv(frame)) continue;
    const std::string_view text = frame.to_string_view();
    if (text.size() < kNameBytes + kIdBytes) continue;
    router.send(zmq::buffer(text.substr(0, kNameBytes)), zmq::send_flags::sndmore);
    router.send(zmq::buffer(text.substr(kNameBytes + kIdBytes)), zmq::send_flags::none);
    router.send(sender, zmq::send_flags::sndmore);
    router.send(zmq::buffer(text.substr(kNameBytes, kIdBytes)), zmq::send_flags::none);
  }
}

}  // namespace glasspost::bench
