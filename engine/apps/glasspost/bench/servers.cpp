// Starting ours and the peers; see servers.hpp.
#include "engine/apps/glasspost/bench/servers.hpp"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/talks.hpp"
#include "engine/apps/glasspost/cluster.hpp"

namespace glasspost::bench {

std::string own_program() {
  return std::filesystem::read_symlink("/proc/self/exe").string();
}

std::string program_beside(const std::string& name) {
  return std::filesystem::path(own_program()).replace_filename(name).string();
}

namespace {

constexpr Duration kCommandPatience = std::chrono::seconds(60);
constexpr int kReadyTries = 200;
constexpr std::chrono::milliseconds kReadyPause(50);
constexpr Duration kRecorderPatience = std::chrono::seconds(10);

// The supervisor is the parent of every process of the cluster.
pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(file)), {});
  const std::size_t end = text.rfind(')');  // the name before it may hold anything
  char state = 0;
  pid_t parent = 0;
  return std::sscanf(text.c_str() + end + 1, " %c %d", &state, &parent) == 2 ? parent : 0;
}

class GlasspostServer final : public Server {
 public:
  GlasspostServer(Folder folder, OursShape shape)
      : folder_(std::move(folder)), directory_(folder_.path() + "/run"), shape_(std::move(shape)) {}
  ~GlasspostServer() override {
    end_recording();
    const Status down = command({"down"});
    if (!down) std::fprintf(stderr, "%s\n", down.error().message.c_str());
  }

  Status begin(std::size_t users) {
    Status up = command({"up", "--preset", shape_.preset, "--placement", shape_.placement, "--set",
                         "store.quorum=" + shape_.quorum});
    if (!up) return up;
    if (shape_.step != 0) {
      if (Status set = command({"set", "seq.step", std::to_string(shape_.step)}); !set) return set;
      // The first ceiling was of the step before.
      if (Status again = command({"restart", "server"}); !again) return again;
    }
    if (shape_.watch != 0) {
      const std::string watch = std::to_string(shape_.watch);
      if (Status set = command({"set", "telemetry.watch", watch}); !set) return set;
    }
    for (std::size_t user = 1; user <= users; ++user) {
      const std::string name = fmt::format("bench{}", user);
      if (Status made = create(name); !made) return made;
      const Result<DeviceIdentity> device = find_identity(directory_, name, 1);
      if (!device) return device.error();
      devices_.push_back(*device);
    }
    const Result<v1::ControlReply> status = ask_status(directory_);
    if (!status) return status.error();
    for (const v1::ProcessStatus& process : status->processes())
      pids_.push_back(static_cast<pid_t>(process.pid()));
    pids_.push_back(parent_of(pids_.front()));
    for (const v1::ProcessStatus& process : status->processes()) {
      if (process.port() != 0) ports_.push_back(static_cast<std::uint16_t>(process.port()));
    }
    if (ports_.empty()) return Error{Code::kUnavailable, "no access process is up"};
    if (shape_.recording.empty()) return ok();
    Result<Child> recorder =
        Child::start({own_program(), "record", shape_.recording, "--dir", directory_.path()},
                     folder_.path() + "/record.log");
    if (!recorder) return recorder.error();
    recorder_.emplace(recorder.take());
    return ok();
  }

  std::string name() const override { return "glasspost, " + shape_.placement; }
  std::string durability() const override { return "synced to disk before the acknowledgement"; }
  std::uint16_t port() const override { return ports_.front(); }
  std::vector<std::uint16_t> ports() const override { return ports_; }
  std::vector<pid_t> pids() const override { return pids_; }
  std::string directory() const override { return directory_.path(); }
  void end_recording() override {
    if (recorder_) recorder_->end(kRecorderPatience);
    recorder_.reset();
  }
  TalkFactory talk(const LoadShape& shape) const override {
    return glasspost_talk(devices_, keys_, shape.asks_first);
  }

 private:
  // A server that was restarted takes a moment.
  Status create(const std::string& name) const {
    auto made = create_user(directory_, name, 1);
    for (int tries = 0; !made && tries < kReadyTries; ++tries) {
      std::this_thread::sleep_for(kReadyPause);
      made = create_user(directory_, name, 1);
    }
    return made ? ok() : Status(made.error());
  }

  Status command(std::vector<std::string> words) const {
    words.insert(words.begin(), own_program());
    words.insert(words.end(), {"--dir", directory_.path()});
    const std::string output = folder_.path() + "/commands.log";
    Result<Child> child = Child::start(words, output);
    if (!child) return child.error();
    const std::optional<int> code = child->wait(kCommandPatience);
    if (code == 0) return ok();
    std::ifstream file(output);
    return Error{Code::kUnavailable, std::string((std::istreambuf_iterator<char>(file)), {}) +
                                         "(glasspost " + words[1] + ")"};
  }

  Folder folder_;
  RunDirectory directory_;
  OursShape shape_;
  std::optional<Child> recorder_;
  std::vector<DeviceIdentity> devices_;
  mutable std::vector<std::uint64_t> keys_;  // of the devices, from run to run
  std::vector<pid_t> pids_;
  std::vector<std::uint16_t> ports_;
};

// A peer is one process.
class PeerServer final : public Server {
 public:
  struct Facts {
    std::string name;
    std::string durability;
    TalkFactory talk;
    std::size_t helpers_per_sender = 0;
  };
  PeerServer(Folder folder, Child child, std::uint16_t port, Facts facts)
      : folder_(std::move(folder)),
        child_(std::move(child)),
        port_(port),
        facts_(std::move(facts)) {}

  std::string name() const override { return facts_.name; }
  std::string durability() const override { return facts_.durability; }
  std::uint16_t port() const override { return port_; }
  std::vector<pid_t> pids() const override { return {child_.pid()}; }
  TalkFactory talk(const LoadShape& shape) const override {
    return facts_.talk ? facts_.talk : redis_talk(shape.senders);
  }
  std::size_t helpers(const LoadShape& shape) const override {
    return facts_.helpers_per_sender * shape.senders;
  }

 private:
  Folder folder_;
  Child child_;
  std::uint16_t port_;
  Facts facts_;
};

Result<std::unique_ptr<Server>> start_peer(Folder folder, const std::vector<std::string>& words,
                                           std::uint16_t port, PeerServer::Facts facts) {
  Result<Child> child = Child::start(words, folder.path() + "/output.log");
  if (!child) return child.error();
  if (const Status listens = wait_for_port(port); !listens) {
    if (child->runs()) return listens.error();
    return Error{Code::kNotFound,
                 words.front() + " did not start; is it installed? `./run bench` installs it"};
  }
  return std::unique_ptr<Server>(
      new PeerServer(std::move(folder), child.take(), port, std::move(facts)));
}

}  // namespace

Result<std::unique_ptr<Server>> start_glasspost(const OursShape& shape, std::size_t users) {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  auto server = std::make_unique<GlasspostServer>(folder.take(), shape);
  if (const Status begun = server->begin(users); !begun) return begun.error();
  return std::unique_ptr<Server>(std::move(server));
}

Result<std::unique_ptr<Server>> start_nats() {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  const std::uint16_t port = free_port();
  const std::vector<std::string> words = {
      "nats-server",        "-a",  "127.0.0.1", "-p",
      std::to_string(port), "-js", "-sd",       folder->path() + "/data"};
  return start_peer(folder.take(), words, port,
                    {"NATS JetStream, file storage", "written, not synced", nats_talk()});
}

Result<std::unique_ptr<Server>> start_redis() {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  const std::uint16_t port = free_port();
  const std::vector<std::string> words = {"redis-server",
                                          "--port",
                                          std::to_string(port),
                                          "--bind",
                                          "127.0.0.1",
                                          "--dir",
                                          folder->path(),
                                          "--appendonly",
                                          "yes",
                                          "--appendfsync",
                                          "always",
                                          "--save",
                                          ""};
  return start_peer(folder.take(), words, port,
                    {"Redis Streams", "synced to disk before the acknowledgement", nullptr, 1});
}

Result<std::unique_ptr<Server>> start_mosquitto() {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  const std::uint16_t port = free_port();
  const std::string config = folder->path() + "/mosquitto.conf";
  std::ofstream(config)
      << "listener " << port << " 127.0.0.1\nallow_anonymous true\n"
      << "persistence true\npersistence_location " << folder->path() << "/\n"
      << "log_type none\nmax_queued_messages 0\nset_tcp_nodelay true\nuser root\n";
  return start_peer(folder.take(), {"mosquitto", "-c", config}, port,
                    {"Mosquitto, QoS 1", "in memory", mqtt_talk()});
}

Result<std::unique_ptr<Server>> start_zmq() {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  const std::uint16_t port = free_port();
  return start_peer(folder.take(), {own_program(), "zmq-router", std::to_string(port)}, port,
                    {"libzmq ROUTER alone", "nothing is kept", zmq_talk()});
}

Measured run_load(const Server& server, LoadShape shape) {
  shape.helpers = server.helpers(shape);
  LineLoad load(shape, {server.port()}, server.talk(shape));
  const std::vector<pid_t> pids = server.pids();
  return load.run([&pids] { return cpu_of(pids); });
}

}  // namespace glasspost::bench
