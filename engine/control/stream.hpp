// A unix socket on an event loop that carries control messages: the supervisor's clients, and the
// line between the supervisor and each of its processes.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <uv.h>

#include "engine/control/message_stream.hpp"

namespace glasspost {

// One connection. It lives until its handle is closed; `on_end` is called once, when the other side
// has gone or its bytes made no sense.
class ControlStream {
 public:
  using OnMessage = std::function<void(ControlStream&, const std::string&)>;
  using OnEnd = std::function<void(ControlStream&)>;

  // The stream owns itself: it is freed after shut() or after on_end. From the first one on, the
  // program ignores SIGPIPE.
  static ControlStream* make(uv_loop_t* loop, OnMessage on_message, OnEnd on_end);

  uv_pipe_t* pipe() { return &pipe_; }

  // Begins to read. REQUIRES: the pipe is open.
  void read();

  void write(const google::protobuf::MessageLite& message);

  // Closes; on_end is not called.
  void shut();

  ControlStream(const ControlStream&) = delete;
  ControlStream& operator=(const ControlStream&) = delete;

 private:
  ControlStream(uv_loop_t* loop, OnMessage on_message, OnEnd on_end);
  ~ControlStream() = default;
  static void on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer);
  void end();

  uv_pipe_t pipe_{};
  MessageReader reader_;
  OnMessage on_message_;
  OnEnd on_end_;
  bool closing_ = false;
};

}  // namespace glasspost
