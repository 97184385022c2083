// Reading and writing control messages with libuv.
#include "engine/control/stream.hpp"

#include <csignal>
#include <utility>

#include <google/protobuf/message_lite.h>

namespace glasspost {
namespace {

// One write under way; libuv owns it until it is done.
struct Write {
  uv_write_t request{};
  std::string bytes;
};

constexpr std::size_t kUnreadMax = 4 * kControlMessageMax;

void allocate(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  static char shared[65'536];  // one loop a process, and a read is used up before the next
  *buffer = uv_buf_init(shared, sizeof(shared));
}

}  // namespace

// The other side may be killed between our last read and a write. libuv writes without
// MSG_NOSIGNAL, so the signal must go: else a killed hub ends every chat, load and console.
ControlStream* ControlStream::make(uv_loop_t* loop, OnMessage on_message, OnEnd on_end) {
  ::signal(SIGPIPE, SIG_IGN);
  return new ControlStream(loop, std::move(on_message), std::move(on_end));
}

ControlStream::ControlStream(uv_loop_t* loop, OnMessage on_message, OnEnd on_end)
    : on_message_(std::move(on_message)), on_end_(std::move(on_end)) {
  uv_pipe_init(loop, &pipe_, 0);
  pipe_.data = this;
}

void ControlStream::read() {
  uv_read_start(reinterpret_cast<uv_stream_t*>(&pipe_), allocate, on_read);
}

void ControlStream::on_read(uv_stream_t* stream, ssize_t got, const uv_buf_t* buffer) {
  auto* self = static_cast<ControlStream*>(stream->data);
  if (got < 0) return self->end();
  self->reader_.feed({buffer->base, static_cast<std::size_t>(got)});
  while (!self->closing_) {
    const auto message = self->reader_.next();
    if (!message) break;
    self->on_message_(*self, *message);
  }
  if (self->reader_.broken()) self->end();
}

void ControlStream::write(const google::protobuf::MessageLite& message) {
  if (closing_) return;
  // Whoever asks and never reads must not fill our memory.
  if (uv_stream_get_write_queue_size(reinterpret_cast<uv_stream_t*>(&pipe_)) > kUnreadMax) return;
  auto* write = new Write;
  append_message(write->bytes, message);
  write->request.data = write;
  const uv_buf_t buffer =
      uv_buf_init(write->bytes.data(), static_cast<unsigned>(write->bytes.size()));
  const int failed =
      uv_write(&write->request, reinterpret_cast<uv_stream_t*>(&pipe_), &buffer, 1,
               [](uv_write_t* done, int) { delete static_cast<Write*>(done->data); });
  if (failed != 0) delete write;
}

void ControlStream::end() {
  if (closing_) return;
  const OnEnd on_end = on_end_;
  shut();
  on_end(*this);
}

void ControlStream::shut() {
  if (closing_) return;
  closing_ = true;
  uv_close(reinterpret_cast<uv_handle_t*>(&pipe_),
           [](uv_handle_t* handle) { delete static_cast<ControlStream*>(handle->data); });
}

}  // namespace glasspost
