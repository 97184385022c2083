// glasspost-supervisor: the parent of a cluster's processes. A program of its own, so that it links
// no libzmq; `glasspost up` starts it.
#include <cstdio>
#include <string>
#include <string_view>

#include <signal.h>
#include <unistd.h>
#include <uv.h>

#include "engine/base/error_line.hpp"
#include "engine/base/version.hpp"
#include "engine/control/supervisor.hpp"

namespace glasspost {
namespace {

void complain(const Error& error) {
  write_error_line("glasspost-supervisor: " + error.message);
}

int supervise(const std::string& path, const std::string& program) {
  const RunDirectory directory(path);
  const Result<std::string> text = directory.read(directory.topology_file());
  if (!text) {
    complain(text.error());
    return 2;
  }
  Result<Topology> topology = parse_topology(*text, directory.topology_file());
  if (!topology) {
    complain(topology.error());
    return 2;
  }
  if (const Status held = directory.lock(); !held) {
    complain(held.error());
    return 1;
  }
  uv_loop_t* loop = uv_default_loop();
  Supervisor supervisor(loop, directory, std::move(*topology), program);
  if (const Status began = supervisor.begin(); !began) {
    complain(began.error());
    return 1;
  }
  uv_signal_t signals[2];
  const int numbers[] = {SIGTERM, SIGINT};
  for (int index = 0; index < 2; ++index) {
    uv_signal_init(loop, &signals[index]);
    signals[index].data = &supervisor;
    uv_signal_start(
        &signals[index],
        [](uv_signal_t* signal, int) { static_cast<Supervisor*>(signal->data)->shut_down(); },
        numbers[index]);
    uv_unref(reinterpret_cast<uv_handle_t*>(&signals[index]));
  }
  uv_run(loop, UV_RUN_DEFAULT);
  return 0;
}

}  // namespace
}  // namespace glasspost

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::printf("glasspost-supervisor %s\n", std::string(glasspost::version()).c_str());
    return 0;
  }
  if (argc != 3) {
    glasspost::write_error_line("glasspost-supervisor is started by `glasspost up`.");
    return 2;
  }
  signal(SIGPIPE, SIG_IGN);
  return glasspost::supervise(argv[1], argv[2]);
}
