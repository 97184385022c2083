// glasspost metrics: what a running cluster measures, for Prometheus.
#include <csignal>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <poll.h>
#include <uv.h>

#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/metrics_page.hpp"
#include "engine/live/clocks.hpp"
#include "engine/live/handles.hpp"
#include "engine/live/http_listener.hpp"
#include "engine/live/live_source.hpp"
#include "engine/telemetry/fact_totals.hpp"

namespace glasspost {
namespace {

constexpr const char* kContentType = "text/plain; version=0.0.4; charset=utf-8";
constexpr Duration kStatusPatience = std::chrono::seconds(1);
// However many ask, the cluster is asked so often at most.
constexpr Duration kPageKept = std::chrono::milliseconds(200);
constexpr std::uint64_t kSignalPollMs = 50;
constexpr Duration kOncePatience = std::chrono::seconds(3);  // the hub speaks many times a second
constexpr int kHubPollMs = 10;
constexpr std::uint16_t kUsualPort = 9464;  // of exporters that have no port of their own

struct MetricsOptions : ClusterOptions {
  std::uint16_t port = kUsualPort;
  bool once = false;
};

Result<v1::ControlReply> ask_soon(const RunDirectory& directory) {
  v1::ControlRequest request;
  request.mutable_status();
  return ask_supervisor(directory, request, kStatusPatience);
}

// What is counted from facts. `since` says where the totals begin.
void write_totals(bool heard, const std::string& since, const FactTotals& totals,
                  Exposition& page) {
  page.begin("glasspost_hub_up", MetricType::kGauge,
             "1 while the hub is heard; the totals below count " + since + ".");
  page.add({}, std::uint64_t{heard ? 1U : 0U});
  totals.write(page);
}

// One page, whose totals are of all that the hub remembers up to now.
std::string single_page(const RunDirectory& directory) {
  const Result<v1::ControlReply> status = ask_soon(directory);
  Exposition page;
  write_cluster_metrics(directory, status, page);
  bool has_hub = false;
  if (status) {
    for (const v1::ProcessStatus& process : status->processes())
      has_hub = has_hub || process.name() == "hub";
  }
  LiveSource source(directory.hub_socket());
  FactTotals totals;
  const Time asked = station_now();
  while (has_hub && source.ends() < asked && station_now() < asked + kOncePatience) {
    totals.add(source.poll(kNever).facts);
    ::poll(nullptr, 0, kHubPollMs);
  }
  write_totals(source.ends() >= asked, "what the hub still remembers", totals, page);
  return page.text();
}

// The page, and the stream of facts that it counts.
class Metrics {
 public:
  Metrics(uv_loop_t* loop, const MetricsOptions& options)
      : loop_(loop),
        directory_(options.directory),
        source_(directory_.hub_socket(), 0),
        listener_(loop, {.port = options.port},
                  [this](std::string_view path) { return answer(path); }) {}

  Status begin() {
    if (Status began = listener_.begin(); !began) return began;
    timer_ = make_handle<uv_timer_t>(loop_, uv_timer_init, this);
    uv_timer_start(
        timer_.get(), [](uv_timer_t* timer) { static_cast<Metrics*>(timer->data)->listen(); }, 0,
        kSignalPollMs);
    return ok();
  }

  std::uint16_t port() const { return listener_.port(); }

 private:
  void listen() { totals_.add(source_.poll(kNever).facts); }

  HttpAnswer answer(std::string_view path) {
    if (path != "/metrics") return {404, {}, "there is only /metrics\n"};
    if (page_.empty() || station_now() - made_ > kPageKept) {
      page_ = page();
      made_ = station_now();
    }
    return {200, kContentType, page_};
  }

  std::string page() {
    Exposition page;
    write_cluster_metrics(directory_, ask_soon(directory_), page);
    listen();
    write_totals(source_.trouble().empty(), "from when this program began", totals_, page);
    return page.text();
  }

  uv_loop_t* loop_;
  RunDirectory directory_;
  LiveSource source_;
  FactTotals totals_;
  HttpListener listener_;
  OwnedHandle<uv_timer_t> timer_;
  std::string page_;
  Time made_ = Time(Duration(0));
};

// Until somebody ends it.
void run_until_interrupted(uv_loop_t* loop) {
  std::array<uv_signal_t, 2> signals{};
  const std::array<int, 2> numbers = {SIGINT, SIGTERM};
  for (std::size_t index = 0; index < signals.size(); ++index) {
    uv_signal_init(loop, &signals[index]);
    uv_signal_start(
        &signals[index], [](uv_signal_t* heard, int) { uv_stop(heard->loop); }, numbers[index]);
  }
  uv_run(loop, UV_RUN_DEFAULT);
  for (uv_signal_t& signal : signals)
    uv_close(reinterpret_cast<uv_handle_t*>(&signal), nullptr);
  uv_run(loop, UV_RUN_NOWAIT);
}

int run_metrics(const MetricsOptions& options) {
  if (options.once) {
    fmt::print("{}", single_page(RunDirectory(options.directory)));
    return kExitFine;
  }
  std::signal(SIGPIPE, SIG_IGN);
  uv_loop_t* const loop = uv_default_loop();
  Metrics metrics(loop, options);
  if (const Status began = metrics.begin(); !began) return complain("metrics", began.error());
  fmt::print("Metrics are at http://127.0.0.1:{}/metrics until you interrupt this (Ctrl-C).\n",
             metrics.port());
  std::fflush(stdout);
  run_until_interrupted(loop);
  return kExitFine;
}

}  // namespace

void add_metrics_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<MetricsOptions>();
  CLI::App* metrics =
      app.add_subcommand("metrics", "What a running cluster measures, for Prometheus.");
  add_cluster_options(*metrics, *options, false);
  CLI::Option* port =
      metrics
          ->add_option("--port", options->port,
                       "Serve GET /metrics on this port of 127.0.0.1; 0: any that is free.")
          ->capture_default_str();
  metrics
      ->add_flag("--once", options->once,
                 "Print the page once and end; its totals are of what the hub remembers.")
      ->excludes(port);
  metrics->footer(
      "Examples:\n  glasspost metrics\n  glasspost metrics --port 0\n"
      "  glasspost metrics --once | grep glasspost_process_up\n"
      "A dashboard for Grafana is assets/grafana-dashboard.json. Without a cluster the page says "
      "glasspost_up 0.");
  metrics->callback([options, &exit_code] { exit_code = run_metrics(*options); });
}

}  // namespace glasspost
