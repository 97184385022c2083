// See seq_server.hpp.
#include "engine/apps/glasspost/bench/seq_server.hpp"

#include <cstring>
#include <memory>
#include <vector>

#include <unistd.h>
#include <uv.h>
#include <zmq.hpp>

#include "engine/apps/glasspost/commands.hpp"
#include "engine/apps/glasspost/supervised.hpp"
#include "engine/base/error_line.hpp"
#include "engine/live/node_host.hpp"
#include "engine/roles/roster.hpp"
#include "engine/storage/memory_store.hpp"
#include "engine/storage/rocks_store.hpp"

namespace glasspost::bench {
namespace {

constexpr Address kSeq{RoleKind::kSeq, 1};
constexpr Address kStore{RoleKind::kStore, 1};
constexpr std::size_t kSections = 10;

int fail(const std::string& why) {
  write_error_line(why);
  return kExitFailed;
}

}  // namespace

Config seq_config() {
  Config config;
  config.conversation_owners = {{RoleKind::kConversation, 1}};
  config.mailbox_owners.assign(kSections, {RoleKind::kMailbox, 1});
  config.seq_owners.assign(kSections, kSeq);
  config.owners = {kSeq};
  config.replicas = {kStore};
  return config;
}

Directory seq_directory() {
  Directory directory{{kSeq, NodeId{1}}, {kStore, NodeId{2}}};
  for (std::uint16_t caller = 0; caller < kSeqCallersMax; ++caller) {
    directory[{RoleKind::kMailbox, caller + 1U}] = NodeId{static_cast<std::uint16_t>(caller + 3)};
  }
  return directory;
}

std::string seq_endpoint(const std::string& folder, unsigned node) {
  return "ipc://" + folder + "/" + std::to_string(node) + ".ipc";
}

int run_seq_server(const std::string& folder, const std::string& role, BootId life) {
  const bool is_store = role == "store";
  const Address address = is_store ? kStore : kSeq;
  MemoryStore memory;
  std::unique_ptr<RocksStore> rocks;
  if (is_store) {
    Result<std::unique_ptr<RocksStore>> opened = RocksStore::open(folder + "/data");
    if (!opened) return fail(opened.error().message);
    rocks = opened.take();
  }
  Process process;
  process.station.node = seq_directory().at(address);
  process.station.boot = life;
  process.station.random_seed = 1;
  add_role(process, address, make_role(address, {}));
  const ProcessDisk disk = is_store
                               ? ProcessDisk{*rocks, *rocks, [&rocks] { return rocks->sync(); },
                                             [&rocks] { return rocks->status(); }}
                               : ProcessDisk{memory, memory, {}, {}};
  uv_loop_t* loop = uv_default_loop();
  Config config = seq_config();
  if (life.value > 1) config.ended[kSeq] = BootId{life.value - 1};
  NodeHost host(loop, NodeHostOptions{folder, role, config, seq_directory(), 0, {}},
                std::move(process), disk, [](const std::string& why) { _exit(fail(why)); });
  if (const Status began = host.begin(); !began) return fail(began.error().message);
  run_until_told(loop, [&host] { host.shut_down(); });
  return kExitFine;
}

int run_zmq_counter(const std::string& folder) {
  constexpr std::size_t kCounters = 1'000'000;
  std::vector<std::uint64_t> counters(kCounters);
  zmq::context_t context(1);
  zmq::socket_t router(context, zmq::socket_type::router);
  router.set(zmq::sockopt::linger, 0);
  router.set(zmq::sockopt::rcvhwm, 100'000);
  router.set(zmq::sockopt::sndhwm, 100'000);
  router.bind(seq_endpoint(folder, 1));
  zmq::message_t sender;
  zmq::message_t frame;
  while (true) {
    if (!router.recv(sender) || !router.recv(frame)) continue;
    std::uint64_t user = 0;  // a ticket, then the user
    if (frame.size() < 2 * sizeof(user)) continue;
    char* place = frame.data<char>() + sizeof(user);
    std::memcpy(&user, place, sizeof(user));
    const std::uint64_t number = ++counters[user % kCounters];
    std::memcpy(place, &number, sizeof(number));
    router.send(sender, zmq::send_flags::sndmore);
    router.send(frame, zmq::send_flags::none);
  }
}

}  // namespace glasspost::bench
