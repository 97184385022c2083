// See supervised.hpp.
#include "engine/apps/glasspost/supervised.hpp"

#include <csignal>
#include <utility>

#include <CLI/CLI.hpp>
#include <google/protobuf/stubs/logging.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace glasspost {
namespace {

constexpr int kSupervisorLine = 3;
constexpr std::uint64_t kStatusMs = 250;

}  // namespace

void end_with_supervisor() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

CLI::App* add_process_command(CLI::App& app, const std::string& name, ProcessOptions& options) {
  CLI::App* command = app.add_subcommand(name, "");
  command->group("");
  command->add_option("--dir", options.directory)->required();
  command->add_option("--name", options.name)->required();
  command->add_option("--boot", options.boot)->required();
  return command;
}

void SupervisorLine::open(uv_loop_t* loop, std::function<v1::ProcessStatus()> status,
                          OnRequest on_request) {
  status_ = std::move(status);
  stream_ = ControlStream::make(
      loop,
      [on_request = std::move(on_request)](ControlStream&, const std::string& bytes) {
        v1::ControlRequest request;
        if (request.ParseFromString(bytes)) on_request(request);
      },
      [](ControlStream&) { _exit(0); });
  uv_pipe_open(stream_->pipe(), kSupervisorLine);
  stream_->read();
  uv_timer_init(loop, &report_);
  report_.data = this;
  uv_timer_start(
      &report_,
      [](uv_timer_t* timer) {
        auto* self = static_cast<SupervisorLine*>(timer->data);
        v1::ControlReply reply;
        *reply.add_processes() = self->status_();
        self->write(reply);
      },
      0, kStatusMs);
}

void SupervisorLine::shut() {
  if (stream_ == nullptr) return;
  stream_->shut();
  uv_close(reinterpret_cast<uv_handle_t*>(&report_), nullptr);
}

void run_until_told(uv_loop_t* loop, const std::function<void()>& end) {
  signal(SIGPIPE, SIG_IGN);
  // Protobuf would write a line for every bad byte that a stranger sends; we answer instead.
  google::protobuf::SetLogHandler(nullptr);
  struct Told {
    uv_loop_t* loop;
    const std::function<void()>& end;
  } told{loop, end};
  uv_signal_t end_signal;
  uv_signal_init(loop, &end_signal);
  end_signal.data = &told;
  uv_signal_start(
      &end_signal,
      [](uv_signal_t* signal, int) {
        auto* heard = static_cast<Told*>(signal->data);
        heard->end();
        uv_stop(heard->loop);
      },
      SIGTERM);
  uv_run(loop, UV_RUN_DEFAULT);
}

}  // namespace glasspost
