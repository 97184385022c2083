// The device's side of a connection: a ZeroMQ DEALER in one object that finds its way back after
// every break. It stands in the load generator, the chat client and the console's phones, and
// talks to an access edge (edge.hpp) or to any libzmq ROUTER.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <uv.h>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace glasspost {

struct ClientLinkOptions {
  std::string host = "127.0.0.1";  // a name is resolved once, when opened
  std::uint16_t port = 0;
  std::string identity;  // at most 255 bytes, the first not zero; empty: none
  std::size_t frame_bytes_max = 65'536;
  std::size_t unsent_frames_max = 1'000;
  std::uint64_t seed = 0;  // of the jitter: give every device its own, or all return at once
  Duration reconnect_first = std::chrono::milliseconds(100);
  Duration reconnect_max = std::chrono::seconds(2);
  Duration handshake_max = std::chrono::seconds(5);  // from the attempt to READY
};

struct ClientLinkCounts {
  std::uint64_t attempts = 0;
  std::uint64_t frames_in = 0;
  std::uint64_t frames_out = 0;
  std::uint64_t dropped = 0;  // the oldest, because more than unsent_frames_max were waiting
};

// Where events go, always on the loop's thread. Every view is valid only during the call. A call
// may use the link, shut_down() included, but may not destroy it.
class ClientLinkEvents {
 public:
  virtual ~ClientLinkEvents() = default;
  virtual void up() = 0;
  // After up(), or once for each attempt that failed. Never from inside send().
  virtual void down(std::string_view why) = 0;
  virtual void frame(std::string_view bytes) = 0;
};

class ClientLink {
 public:
  // Starts the first attempt. Fails only for what trying again cannot mend: a host that cannot
  // be resolved, an identity that ZMTP does not allow. `events` must outlive shut_down().
  static Result<std::unique_ptr<ClientLink>> open(uv_loop_t* loop, const ClientLinkOptions& options,
                                                  ClientLinkEvents& events);
  // Like shut_down(). Run the loop once more afterwards, so that libuv gives its handles back.
  ~ClientLink();
  ClientLink(const ClientLink&) = delete;
  ClientLink& operator=(const ClientLink&) = delete;

  // Queued while down, bounded: then the oldest is dropped and counted. A frame that was handed
  // to the socket when the connection broke is lost unseen, as with every ZeroMQ socket.
  void send(std::string_view frame);

  bool is_up() const;
  const ClientLinkCounts& counts() const;

  // Closes at once, without further events; what was not sent is lost. The loop can then end.
  void shut_down();

 private:
  class Inside;
  explicit ClientLink(std::unique_ptr<Inside> inside);

  std::unique_ptr<Inside> inside_;
};

}  // namespace glasspost
