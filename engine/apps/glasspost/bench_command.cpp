// glasspost bench: measures this build beside its peers, in the same run on the same machine.
#include <fstream>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/seq_server.hpp"
#include "engine/apps/glasspost/bench/zmq_router.hpp"
#include "engine/apps/glasspost/cluster.hpp"
#include "engine/apps/glasspost/commands.hpp"

namespace glasspost {
namespace {

struct Benchmark {
  const char* name;
  Result<std::vector<bench::Finding>> (*run)(const bench::BenchOptions&, const bench::Progress&);
  const char* about;
};

constexpr Benchmark kBenchmarks[] = {
    {"send", bench::bench_send, "texts that are acknowledged and shown"},
    {"idle", bench::bench_idle, "the memory of silent connections"},
    {"login", bench::bench_login, "new connections and their logins"},
    {"telemetry", bench::bench_telemetry, "what facts cost, hub and a recording included"},
    {"console", bench::bench_console, "the console's frames, drawn without a graphics card"},
    {"seq", bench::bench_seq, "numbers of an allocator, beside Redis, etcd and libzmq alone"},
    {"failover", bench::bench_failover, "owners killed and frozen under load"},
    {"sim", bench::bench_sim, "the virtual world"},
};

struct Options {
  bench::BenchOptions bench;
  std::vector<std::string> names;
  std::string page;
  bool json = false;
};

void show_progress(const std::string& name, const std::string& what, double done) {
  if (isatty(STDERR_FILENO) == 0) return;
  constexpr int kWidth = 24;
  const int full = static_cast<int>(done * kWidth);
  fmt::print(stderr, "\r\033[K{:<9} [{:#<{}}{:.<{}}] {}", name, "", full, "", kWidth - full, what);
  std::fflush(stderr);
}

int run_bench(const Options& options) {
  std::vector<bench::Finding> findings;
  for (const Benchmark& benchmark : kBenchmarks) {
    const auto& names = options.names;
    if (!names.empty() && std::find(names.begin(), names.end(), benchmark.name) == names.end()) {
      continue;
    }
    const auto found = benchmark.run(options.bench, [&](const std::string& what, double done) {
      show_progress(benchmark.name, what, done);
    });
    if (isatty(STDERR_FILENO) == 1) fmt::print(stderr, "\r\033[K");
    if (!found) return complain("bench", found.error());
    findings.insert(findings.end(), found->begin(), found->end());
  }
  fmt::print("{}\n", options.json ? to_json(findings) : to_table(findings));
  if (!options.page.empty() && !(std::ofstream(options.page) << to_page(findings)).flush()) {
    return complain("bench", Error{Code::kInvalidArgument, "cannot write " + options.page +
                                                               "; name another place with --page"});
  }
  for (const bench::Finding& one : findings) {
    if (one.met && !*one.met) return kExitFailed;
  }
  return kExitFine;
}

}  // namespace

void add_bench_command(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("bench", "Measure this build beside its peers, in one run.");
  std::vector<std::string> known;
  std::string about = "Which; all if none is named:";
  for (const Benchmark& benchmark : kBenchmarks) {
    known.emplace_back(benchmark.name);
    about += fmt::format("\n{:<9} {}", benchmark.name, benchmark.about);
  }
  command->add_option("names", options->names, about)->check(CLI::IsMember(known));
  command->add_option("--pairs", options->bench.pairs, "How often each server has its turn.")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--seconds", options->bench.seconds, "Measured in each turn.")
      ->check(CLI::Range(0.2, 600.0))
      ->capture_default_str();
  command
      ->add_option("--connections", options->bench.connections, "Of `idle`, `login` and `console`.")
      ->check(CLI::Range(2, 15'000))
      ->capture_default_str();
  command->add_option("--page", options->page, "Write a page of it into this file, too.");
  command->add_flag("--json", options->json, "Print JSON instead of a table.");
  command->footer(
      "Exit codes: 0 every target is met, 1 one is not, 2 something is missing or wrong use.\n"
      "Examples:\n  glasspost bench\n  glasspost bench send --pairs 3 --json");
  command->callback([options, &exit_code] { exit_code = run_bench(*options); });
}

void add_router_command(CLI::App& app, int& exit_code) {
  auto port = std::make_shared<std::uint16_t>(0);
  CLI::App* command = app.add_subcommand("zmq-router", "A bare libzmq server, for `bench`.");
  command->group("");  // not listed
  command->add_option("port", *port, "Where to listen.")->required();
  command->callback([port, &exit_code] { exit_code = bench::run_zmq_router(*port); });
}

void add_seq_server_command(CLI::App& app, int& exit_code) {
  auto folder = std::make_shared<std::string>();
  auto role = std::make_shared<std::string>();
  auto life = std::make_shared<std::uint64_t>(1);
  CLI::App* command = app.add_subcommand("seq-server", "A part of `bench seq`.");
  command->group("");  // not listed
  command->add_option("folder", *folder, "Where its sockets and data lie.")->required();
  command->add_option("role", *role, "Which part.")
      ->required()
      ->check(CLI::IsMember({"seq", "store", "counter"}));
  command->add_option("life", *life, "Which life of it; the ones before have ended.");
  command->callback([folder, role, life, &exit_code] {
    exit_code = *role == "counter" ? bench::run_zmq_counter(*folder)
                                   : bench::run_seq_server(*folder, *role, BootId{*life});
  });
}

}  // namespace glasspost
