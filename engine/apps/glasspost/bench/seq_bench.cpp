// Numbers of an allocator whose ceilings are synced to disk, beside Redis INCR with every append
// synced, and libzmq alone on the same links. Each has its turn, again and again. Then what a
// restart of allocator and store costs (seq_restart.hpp), and what three replicas do
// (seq_cluster.hpp).
#include <fmt/format.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/runs.hpp"
#include "engine/apps/glasspost/bench/seq_callers.hpp"
#include "engine/apps/glasspost/bench/seq_cluster.hpp"
#include "engine/apps/glasspost/bench/seq_restart.hpp"
#include "engine/apps/glasspost/bench/seq_server.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"
#include "engine/apps/glasspost/bench/talks.hpp"

namespace glasspost::bench {
namespace {

constexpr std::uint32_t kBatch = 16;

// A folder with programs in it that speak on its sockets.
struct Place {
  Folder folder;
  std::vector<Child> programs;

  Measured run(const CallShape& shape, WordsFactory words) const {
    std::vector<pid_t> pids;
    for (const Child& program : programs)
      pids.push_back(program.pid());
    return run_callers(folder.path(), shape, words, [&pids] { return cpu_of(pids); });
  }
};

Status start_programs(Place& place, const std::vector<std::string>& roles, unsigned life = 1) {
  const std::string& folder = place.folder.path();
  for (const std::string& role : roles) {
    Result<Child> child =
        Child::start({own_program(), "seq-server", folder, role, std::to_string(life)},
                     folder + "/" + role + ".log");
    if (!child) return child.error();
    place.programs.push_back(child.take());
  }
  return ok();
}

Result<Place> start_place(const std::vector<std::string>& roles) {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  Place place{folder.take(), {}};
  if (Status started = start_programs(place, roles); !started) return started.error();
  return place;
}

// Allocator and store are killed and started again, once a pair.
Result<std::vector<Finding>> bench_restart(unsigned times, const Progress& progress) {
  const std::vector<std::string> roles = {"store", "seq"};
  Result<Place> place = start_place(roles);
  if (!place) return place.error();
  std::vector<double> first;
  std::vector<double> all;
  for (unsigned life = 2; life < times + 2; ++life) {
    progress("restart", static_cast<double>(life - 2) / times);
    const auto restart = [&place, &roles, life] {
      for (const Child& program : place->programs)
        kill(program.pid(), SIGKILL);
      place->programs.clear();
      return start_programs(*place, roles, life);
    };
    const Result<Restarted> found = measure_restart(place->folder.path(), restart);
    if (!found) return found.error();
    first.push_back(static_cast<double>(found->first.count()) / 1e3);
    all.push_back(static_cast<double>(found->all.count()) / 1e3);
  }
  const auto of = [times](const std::string& part, std::vector<double> values, double limit) {
    Finding one;
    one.name = "seq.restart." + part;
    one.unit = "ms";
    one.ours = median(std::move(values));
    one.durability = fmt::format(
        "allocator and store killed and started again, {} times; ten sections, {} users", times,
        kRestartUsers);
    aim(one, fmt::format("at most {:.0f}", limit), one.ours <= limit);
    return one;
  };
  return std::vector<Finding>{of("first", first, 400), of("all", all, 1'000)};
}

// One question to all three. Without Redis its runs stay empty.
struct Question {
  std::string name;
  CallShape shape;
  std::vector<Measured> ours = {};
  std::vector<Measured> redis = {};
  std::vector<Measured> bare = {};
};

struct Servers {
  Place ours;
  Place bare;
  std::unique_ptr<Server> redis;
};

// The same load on Redis: a pipeline is a text.
Measured run_redis(const Server& redis, const CallShape& shape) {
  LoadShape load;
  load.senders = shape.callers;
  load.window = shape.window;
  load.body_bytes = 24;  // no more than a text must have
  load.warm_up = shape.warm_up;
  load.measured = shape.measured;
  const std::uint32_t numbers = shape.users * shape.count;
  LineLoad lines(load, {redis.port()}, redis_counters(kCalledUsers, numbers));
  const std::vector<pid_t> pids = redis.pids();
  Measured run = lines.run([&pids] { return cpu_of(pids); });
  run.texts *= numbers;
  run.cpu_us /= numbers;
  run.load_us /= numbers;
  return run;
}

Status keep(const std::string& name, Measured run, std::vector<Measured>& runs) {
  if (!run.broken.empty()) return Error{Code::kUnavailable, name + ": " + run.broken};
  runs.push_back(std::move(run));
  return ok();
}

Status ask_once(const Servers& servers, Question& series) {
  const CallShape& shape = series.shape;
  if (Status ran = keep("the allocator", servers.ours.run(shape, seq_words), series.ours); !ran) {
    return ran;
  }
  if (servers.redis) {
    if (Status ran = keep("Redis", run_redis(*servers.redis, shape), series.redis); !ran)
      return ran;
  }
  if (shape.users * shape.count > 1) return ok();  // nothing is batched there
  return keep("libzmq alone", servers.bare.run(shape, counter_words), series.bare);
}

Finding finding(const Question& series, const std::string& part, const std::string& unit,
                Figure value) {
  Finding one;
  one.name = fmt::format("seq.{}.{}", series.name, part);
  one.unit = unit;
  one.ours = median_of(series.ours, value);
  one.cpu_us = median_of(series.ours, cpu);
  one.p50_ms = median_of(series.ours, p50);
  one.p99_ms = median_of(series.ours, p99);
  one.durability = "glasspost: below a ceiling that is synced to disk";
  return one;
}

Finding beside_redis(Finding one, const Question& series, Figure value) {
  if (series.redis.empty()) return one;
  one.peer = "Redis INCR";
  one.peer_value = median_of(series.redis, value);
  one.ratio = median_ratio(series.ours, series.redis, value);
  one.durability += "; Redis: each append synced to disk before the answer";
  return one;
}

Finding beside_bare(Finding one, const Question& series, Figure value) {
  one.name += ".zmq";
  one.peer = "libzmq ROUTER alone";
  one.peer_value = median_of(series.bare, value);
  one.ratio = median_ratio(series.ours, series.bare, value);
  one.durability += "; libzmq alone: nothing is kept";
  return one;
}

std::vector<Finding> findings_of(const Question& single, const Question& batch,
                                 const Question& crowd, const Question& calm) {
  Finding beside = beside_redis(finding(single, "rate", "numbers/s", rate), single, rate);
  Finding bare = beside_bare(finding(single, "rate", "numbers/s", rate), single, rate);
  if (!beside.peer.empty()) {
    // Whichever is lower: a server on libzmq cannot beat libzmq.
    const bool met = beside.ratio >= 1.3 || bare.ratio >= 0.75;
    aim(beside, "ratio at least 1.3, or 0.75 of libzmq alone", met);
  }
  Finding of_batch = beside_redis(finding(batch, "rate", "numbers/s", rate), batch, rate);
  if (!of_batch.peer.empty()) aim(of_batch, "ratio at least 6", of_batch.ratio >= 6);
  Finding of_calm = beside_redis(finding(calm, "latency", "ms", p50), calm, p50);
  if (!of_calm.peer.empty()) aim(of_calm, "ratio below 1", of_calm.ratio < 1);
  return {beside,
          bare,
          beside_redis(finding(single, "cpu", "us/number", cpu), single, cpu),
          of_batch,
          beside_redis(finding(batch, "cpu", "us/number", cpu), batch, cpu),
          beside_redis(finding(crowd, "rate", "numbers/s", rate), crowd, rate),
          of_calm,
          beside_bare(finding(calm, "latency", "ms", p50), calm, p50)};
}

}  // namespace

Result<std::vector<Finding>> bench_seq(const BenchOptions& options, const Progress& progress) {
  progress("starting the servers", 0);
  Result<Place> ours = start_place({"store", "seq"});
  if (!ours) return ours.error();
  Result<Place> bare = start_place({"counter"});
  if (!bare) return bare.error();
  Servers servers{ours.take(), bare.take(), nullptr};
  Result<std::unique_ptr<Server>> redis = start_redis();
  if (!redis && redis.error().code != Code::kNotFound) return redis.error();
  if (redis) {
    servers.redis = redis.take();
  } else {
    fmt::print(stderr, "{}\n", redis.error().message);
  }

  CallShape shape;
  shape.measured = Duration(static_cast<std::int64_t>(options.seconds * 1e6));
  Question single{"single", shape};
  Question batch{"batch", shape};
  batch.shape.count = kBatch;
  Question crowd{"crowd", shape};  // many users a request
  crowd.shape.users = kBatch;
  Question calm{"alone", shape};
  calm.shape.callers = calm.shape.window = 1;
  double done = 0;
  for (unsigned pair = 0; pair < options.pairs; ++pair) {
    for (Question* series : {&single, &batch, &crowd, &calm}) {
      progress(series->name, done++ / (4.0 * options.pairs));
      if (const Status ran = ask_once(servers, *series); !ran) return ran.error();
    }
  }
  std::vector<Finding> found = findings_of(single, batch, crowd, calm);
  servers.redis.reset();
  for (const auto& more :
       {bench_restart(options.pairs, progress), bench_seq_cluster(options, progress)}) {
    if (!more) return more.error();
    found.insert(found.end(), more->begin(), more->end());
  }
  return found;
}

}  // namespace glasspost::bench
