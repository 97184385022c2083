// A control stream whose other side is gone: the program hears of it and lives on.
#include "engine/control/stream.hpp"

#include <array>

#include <doctest/doctest.h>
#include <glasspost/v1/control.pb.h>
#include <sys/socket.h>
#include <unistd.h>

namespace glasspost {

TEST_CASE("writing to a side that was killed ends the stream, not the program") {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  uv_loop_t loop;
  uv_loop_init(&loop);
  bool ended = false;
  ControlStream* stream = ControlStream::make(
      &loop, [](ControlStream&, const std::string&) {}, [&ended](ControlStream&) { ended = true; });
  REQUIRE(uv_pipe_open(stream->pipe(), ends[0]) == 0);
  ::close(ends[1]);
  stream->write(v1::ControlRequest());  // before the loop has seen the end
  stream->read();
  uv_run(&loop, UV_RUN_DEFAULT);
  CHECK(ended);
  CHECK(uv_loop_close(&loop) == 0);
}

}  // namespace glasspost
