// Failover: owners are killed and frozen under load, one after the other, and the time is measured
// until their sections are served again. Nothing may be lost, doubled or reordered meanwhile.
#include <ctime>
#include <fstream>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/etcd.hpp"
#include "engine/apps/glasspost/bench/failover_gaps.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"
#include "engine/apps/glasspost/cluster.hpp"
#include "engine/control/control_client.hpp"

namespace glasspost::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr unsigned kKillsAPair = 6;  // each owner once
constexpr const char* kOwners[] = {"conversation-1", "mailbox-1", "seq-1",
                                   "conversation-2", "mailbox-2", "seq-2"};
// One of two has sections, whichever was killed last.
constexpr const char* kFrozenOwners[] = {"conversation-1", "conversation-2", "mailbox-1",
                                         "mailbox-2",      "seq-1",          "seq-2"};
constexpr Duration kCalm = seconds(2);        // between blows: all is as before, and busy
constexpr Duration kFrozen = seconds(4);      // longer than a failover takes
constexpr unsigned kShownWithinSeconds = 30;  // seconds in which the last texts are shown
constexpr Duration kSlack = milliseconds(500);

void pause_for(Duration duration) {
  const timespec wait{duration.count() / 1'000'000, duration.count() % 1'000'000 * 1'000};
  nanosleep(&wait, nullptr);
}

Status strike(const RunDirectory& directory, const char* process, v1::ProcessSignal signal) {
  v1::ControlRequest request;
  request.mutable_signal()->set_process(process);
  request.mutable_signal()->set_signal(signal);
  const Result<v1::ControlReply> reply = ask_supervisor(directory, request);
  return reply ? ok() : Status(reply.error());
}

struct Blows {
  unsigned kills = 0;
  unsigned freezes = 0;

  double count() const { return kills + freezes; }
  Duration length() const { return kills * kCalm + freezes * (kFrozen + kCalm) + 2 * kCalm; }
};

Status strike_all(const RunDirectory& directory, const Blows& blows, const Progress& progress) {
  pause_for(kCalm);
  double done = 0;
  for (unsigned kill = 0; kill < blows.kills; ++kill) {
    const char* owner = kOwners[kill % std::size(kOwners)];
    progress(fmt::format("killing {}", owner), done++ / blows.count());
    if (Status struck = strike(directory, owner, v1::PROCESS_SIGNAL_KILL); !struck) return struck;
    pause_for(kCalm);
  }
  for (unsigned freeze = 0; freeze < blows.freezes; ++freeze) {
    const char* owner = kFrozenOwners[freeze % std::size(kFrozenOwners)];
    progress(fmt::format("freezing {}", owner), done++ / blows.count());
    if (Status struck = strike(directory, owner, v1::PROCESS_SIGNAL_PAUSE); !struck) return struck;
    pause_for(kFrozen);
    if (Status thawed = strike(directory, owner, v1::PROCESS_SIGNAL_RESUME); !thawed) return thawed;
    pause_for(kCalm);
  }
  return ok();
}

// The load's verdict. Errors: kConflict with its words if anything was lost, doubled or reordered.
Status judge_load(Child& load, const std::string& output, Duration patience) {
  const std::optional<int> code = load.wait(patience);
  if (code == 0) return ok();
  std::ifstream file(output);
  return Error{Code::kConflict, "under failovers the load found: " +
                                    std::string((std::istreambuf_iterator<char>(file)), {})};
}

double ms(Duration duration) {
  return static_cast<double>(duration.count()) / 1e3;
}

// Median and maximum of one kind of blow.
std::vector<Finding> findings_of(const std::vector<Blow>& blows, bool killed, double median_most,
                                 double most) {
  std::vector<double> gaps;
  std::size_t struck = 0;
  for (const Blow& blow : blows) {
    if (blow.killed != killed) continue;
    ++struck;
    if (blow.gap > Duration(0)) gaps.push_back(ms(blow.gap));
  }
  if (gaps.empty()) return {};
  const std::string kind = killed ? "kill" : "freeze";
  const std::string words = killed ? "with death certificates" : "without certificates";
  std::vector<Finding> found;
  for (const bool is_median : {true, false}) {
    Finding one;
    one.name = fmt::format("failover.{}.gap.{}", kind, is_median ? "median" : "max");
    one.unit = "ms";
    one.ours = is_median ? median(gaps) : *std::max_element(gaps.begin(), gaps.end());
    const double limit = is_median ? median_most : most;
    one.target = fmt::format("at most {:.0f}", limit);
    one.met = one.ours <= limit;
    one.durability =
        fmt::format("preset quick, {} of {} blows met sections that were busy, {}; synced to disk",
                    gaps.size(), struck, words);
    found.push_back(one);
  }
  return found;
}

Status judge_promises(const Failovers& failovers) {
  for (const Verdict& verdict : failovers.verdicts) {
    if (verdict.outcome != Outcome::kBroken) continue;
    return Error{Code::kConflict,
                 fmt::format("promise {} was broken: {}", verdict.promise, verdict.reason)};
  }
  return ok();
}

// What went wrong meanwhile: nothing, or the benchmark had ended with it. But a promise that nobody
// could judge, or facts that nobody saw, are no zero.
Finding wrong_of(const Failovers& failovers) {
  Finding one;
  one.name = "failover.wrong";
  one.unit = "numbers and texts";
  one.target = "0, with promises 1, 2 and 5 judged";
  one.durability = "acknowledgements lost, numbers handed out twice or going back;";
  bool all_hold = failovers.lost == 0;
  for (const Verdict& verdict : failovers.verdicts) {
    const int promise = verdict.promise;
    if (promise != 1 && promise != 2 && promise != 5) continue;
    all_hold = all_hold && verdict.outcome == Outcome::kHolds;
    one.durability += fmt::format(" promise {} judged {} times,", promise, verdict.judged);
  }
  one.durability += fmt::format(" {} facts lost", failovers.lost);
  one.met = all_hold;
  return one;
}

// The same blow to etcd, for comparison: nobody tells its nodes that the leader is dead.
Status add_etcd(unsigned kills, const Progress& progress, std::vector<Finding>& found) {
  Result<Etcd> etcd = Etcd::start();
  if (!etcd && etcd.error().code == Code::kNotFound) {
    fmt::print(stderr, "{}\n", etcd.error().message);
    return ok();
  }
  if (!etcd) return etcd.error();
  std::vector<double> gaps;
  for (unsigned kill = 0; kill < kills; ++kill) {
    progress("killing etcd's leader", static_cast<double>(kill) / kills);
    const Result<Duration> gap = etcd->kill_leader();
    if (!gap) return gap.error();
    gaps.push_back(ms(*gap));
  }
  for (Finding& one : found) {
    if (one.name != "failover.kill.gap.median") continue;
    one.peer = fmt::format("etcd, its leader killed {} times", kills);
    one.peer_value = median(gaps);
    one.ratio = one.ours / one.peer_value;
    one.durability += "; etcd: three nodes at their defaults, from one etcdctl put to the next";
  }
  return ok();
}

}  // namespace

Result<std::vector<Finding>> bench_failover(const BenchOptions& options, const Progress& progress) {
  progress("starting a cluster", 0);
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  const std::string recording = folder->path() + "/failover.gpr";
  Result<std::unique_ptr<Server>> server = start_glasspost(
      {.placement = "split", .preset = "quick", .watch = 1, .recording = recording}, 0);
  if (!server) return server.error();
  const RunDirectory directory((*server)->directory());
  const Result<Topology> topology = running_topology(directory);
  if (!topology) return topology.error();

  const Blows blows{options.pairs * kKillsAPair, options.pairs + 1};
  const std::string output = folder->path() + "/load.json";
  const auto writes = std::chrono::duration_cast<seconds>(blows.length()).count();
  Result<Child> load =
      Child::start({own_program(), "load", "--dir", directory.path(), "--users", "20", "--devices",
                    "1", "--rate", "300", "--seconds", std::to_string(writes), "--patience",
                    std::to_string(kShownWithinSeconds)},
                   output, SIGTERM);
  if (!load) return load.error();
  if (const Status struck = strike_all(directory, blows, progress); !struck) return struck.error();
  progress("waiting for the last texts", 1);
  const Status kept = judge_load(*load, output, blows.length() + seconds(kShownWithinSeconds));
  if (!kept) return kept.error();
  (*server)->end_recording();
  const Result<Failovers> failovers = read_failovers(recording, topology->config);
  if (!failovers) return failovers.error();
  if (const Status held = judge_promises(*failovers); !held) return held.error();

  const Choices& choices = topology->config.choices;
  const double predicted = ms(choices.seq_detect + choices.seq_poll + choices.seq_lease);
  std::vector<Finding> found = findings_of(failovers->blows, true, 450, 1'000);
  for (Finding& one :
       findings_of(failovers->blows, false, predicted + ms(kSlack), predicted + ms(kSlack))) {
    one.peer = "predicted D + P + N";
    one.peer_value = predicted;
    one.ratio = one.ours / predicted;
    found.push_back(one);
  }
  found.push_back(wrong_of(*failovers));
  server->reset();
  if (const Status beside = add_etcd(options.pairs, progress, found); !beside) {
    return beside.error();
  }
  return found;
}

}  // namespace glasspost::bench
