// A small house for fuzz targets and their seeds: all server roles over disks in memory, two users
// with two devices each and one more, a network that loses nothing. A value: a copy goes its own
// way.
//
//   say(connection, bytes) --> access, the other roles, their disks --> HouseListener
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/mac.hpp"
#include "engine/core/arrival.hpp"
#include "engine/core/process.hpp"
#include "engine/roles/roster.hpp"
#include "engine/storage/memory_store.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {

inline constexpr UserId kAlice{1};
inline constexpr UserId kBob{2};
inline constexpr UserId kCarol{3};
inline constexpr Address kAccess{RoleKind::kAccess, 1};
inline constexpr Address kAccount{RoleKind::kAccount, 1};

// Who wants to know what happens in a house.
class HouseListener {
 public:
  virtual ~HouseListener() = default;
  // A frame from one process to another, as bytes of the link.
  virtual void frame(NodeId, NodeId, const std::string&) {}
  // What access says to a device.
  virtual void envelope(std::uint64_t, const v1::ClientEnvelope&) {}
  virtual void stepped(Address, const Input&, const Outbox&) {}
};

class House final : public StepObserver {
 public:
  // One process for each role, or one for all.
  explicit House(bool split) {
    config_.users_per_section = 100;
    config_.conversation_owners = {{RoleKind::kConversation, 1}};
    config_.mailbox_owners = {{RoleKind::kMailbox, 1}};
    config_.seq_owners = {{RoleKind::kSeq, 1}};
    config_.replicas = {{RoleKind::kStore, 1}};
    config_.owners = {{RoleKind::kConversation, 1}, {RoleKind::kMailbox, 1}, {RoleKind::kSeq, 1}};
    config_.checkpoint_tail_bytes = 400;
    config_.checkpoint_part_bytes = 300;
    for (RoleKind kind :
         {RoleKind::kAccess, RoleKind::kLogic, RoleKind::kConversation, RoleKind::kMailbox,
          RoleKind::kSeq, RoleKind::kStore, RoleKind::kAccount}) {
      if (split || nodes_.empty()) nodes_.emplace_back();
      nodes_.back().roles.push_back({kind, 1});
      directory_[{kind, 1}] = NodeId{static_cast<std::uint16_t>(nodes_.size())};
    }
    for (std::size_t number = 1; number <= nodes_.size(); ++number)
      boot(NodeId{static_cast<std::uint16_t>(number)});
    add_users();
  }

  // A new life of a process: its memory is gone.
  void boot(NodeId id) {
    Node& node = node_of(id);
    node.process = Process{};
    node.process.station.node = id;
    node.process.station.boot = BootId{++node.boots};
    for (Address role : node.roles)
      add_role(node.process, role, make_role(role, {.account = {.token_key = MacKey{7}}}));
    Turn turn = turn_of(node);
    start(node.process, turn);
    run();
  }

  void open(std::uint64_t connection) { change(connection, true); }
  void close(std::uint64_t connection) { change(connection, false); }

  // A frame of a device. False if it is no envelope: then no role has heard of it.
  bool say(std::uint64_t connection, std::string_view bytes) {
    std::optional<v1::Letter> letter = read_envelope(kAccess, connection, bytes);
    if (!letter) return false;
    hear(std::move(*letter));
    return true;
  }
  void say(std::uint64_t connection, const v1::ClientEnvelope& envelope) {
    say(connection, envelope.SerializeAsString());
  }

  // A letter from outside the house. REQUIRES: its target is one of the roles.
  void hear(v1::Letter&& letter) {
    Node& node = node_of(directory_.at(unpack(letter.target())));
    std::vector<v1::Letter> letters;
    letters.push_back(std::move(letter));
    Turn turn = turn_of(node);
    deliver(node.process, std::move(letters), turn);
    run();
  }

  // Time passes.
  void wait(Duration duration) {
    const Time end = now_ + duration;
    while (now_ < end) {
      Time next = end;
      for (const Node& node : nodes_)
        next = std::min(next, std::max(now_, node.process.station.next_timer()));
      now_ = next;
      for (Node& node : nodes_) {
        Turn turn = turn_of(node);
        run_timers(node.process, turn);
      }
      run();
    }
  }

  void listen(HouseListener* listener) { listener_ = listener; }

  // The first broken invariant; empty if there is none.
  std::string broken_invariant() const {
    for (const Node& node : nodes_) {
      for (const auto& [address, role] : node.process.roles) {
        const std::string broken = role.broken_invariant();
        if (!broken.empty()) return to_text(address) + ": " + broken;
      }
    }
    return {};
  }

  const std::string& token(UserId user, unsigned index) const {
    return tokens_.at(device_of(user, index));
  }
  const RoleBox& role(Address address) const {
    return nodes_.at(directory_.at(address).value - 1U).process.roles.at(address);
  }
  const MemoryStore& disk(Address address) const {
    return nodes_.at(directory_.at(address).value - 1U).disk;
  }
  const Config& config() const { return config_; }
  const Directory& directory() const { return directory_; }

  void stepped(const Process&, Address role, const Input& input, const Seen&,
               const Outbox& out) override {
    if (listener_ != nullptr) listener_->stepped(role, input, out);
  }

 private:
  struct Node {
    std::vector<Address> roles;
    std::uint64_t boots = 0;
    Process process;
    MemoryStore disk;
  };

  class Sink final : public FrameSink {
   public:
    using FrameSink::FrameSink;
    void fact(const Fact&) override {}
  };

  Node& node_of(NodeId id) { return nodes_.at(id.value - 1U); }

  Turn turn_of(Node& node) {
    return {.now = now_,
            .wall_ms = 1'424'260'800'000 + to_us(now_) / 1'000,
            .reads = node.disk,
            .writes = node.disk,
            .directory = directory_,
            .config = config_,
            .observer = this};
  }

  void change(std::uint64_t connection, bool up) {
    Node& node = node_of(directory_.at(kAccess));
    Turn turn = turn_of(node);
    change_peer(node.process, kAccess, {{RoleKind::kDevice, connection}, BootId{1}, up}, turn);
    run();
  }

  // Syncs and carries letters until nothing is under way.
  void run() {
    bool moved = true;
    while (moved) {
      moved = false;
      for (Node& node : nodes_) {
        Station& station = node.process.station;
        if (station.held.empty()) continue;
        moved = true;
        station.synced = station.puts;
        Sink sink(station, directory_, config_, now_);
        release(station, now_, sink);
        for (const auto& [to, bytes] : sink.take_frames())
          carry(station, to, bytes);
        for (v1::Letter& letter : sink.take_edge())
          leave(std::move(letter));
      }
    }
  }

  void carry(const Station& sender, NodeId to, const std::string& bytes) {
    if (listener_ != nullptr) listener_->frame(sender.node, to, bytes);
    v1::Frame arrived;
    must(read_frame(sender.node, sender.boot, bytes, arrived), "a frame of the house is read");
    Node& node = node_of(to);
    Turn turn = turn_of(node);
    receive(node.process, std::move(arrived), turn);
  }

  void leave(v1::Letter&& letter) {
    const Address target = unpack(letter.target());
    if (target.kind == RoleKind::kHasher) return hash(letter.hash_password());
    if (letter.has_user_added()) {
      const UserId user{letter.user_added().user()};
      for (int index = 0; index < letter.user_added().tokens_size(); ++index) {
        tokens_[device_of(user, static_cast<unsigned>(index + 1))] =
            letter.user_added().tokens(index);
      }
    }
    if (target.kind == RoleKind::kDevice && listener_ != nullptr) {
      listener_->envelope(target.number, letter.client());
    }
  }

  // Stands for a slow hash.
  void hash(const v1::HashPassword& wanted) {
    v1::Letter letter;
    letter.set_source(pack({RoleKind::kHasher, 1}));
    letter.set_target(pack(kAccount));
    letter.mutable_password_hashed()->set_ticket(wanted.ticket());
    const Mac mac = mac_of(MacKey{}, wanted.cost().salt() + wanted.password());
    letter.mutable_password_hashed()->set_hash(std::string(mac.begin(), mac.end()));
    hear(std::move(letter));
  }

  void add_users() {
    for (const auto& [name, devices] : {std::pair("alice", 2), {"bob", 2}, {"carol", 1}}) {
      v1::Letter letter = question();
      letter.mutable_add_user()->set_name(name);
      letter.mutable_add_user()->set_devices(static_cast<std::uint32_t>(devices));
      hear(std::move(letter));
    }
    v1::Letter letter = question();
    letter.mutable_set_password()->set_name("carol");
    letter.mutable_set_password()->set_password("the password of carol");
    hear(std::move(letter));
  }

  static v1::Letter question() {
    v1::Letter letter;
    letter.set_source(pack({RoleKind::kAdministrator, 1}));
    letter.set_target(pack(kAccount));
    return letter;
  }

  Config config_;
  Directory directory_;
  std::deque<Node> nodes_;
  std::map<DeviceId, std::string> tokens_;
  Time now_ = time_from_us(5'000'000);
  HouseListener* listener_ = nullptr;
};

// What devices say.
inline v1::ClientEnvelope login_with(const std::string& token, std::uint64_t request = 1) {
  v1::ClientEnvelope envelope;
  envelope.set_request(request);
  envelope.mutable_login()->set_token(token);
  return envelope;
}

inline v1::ClientEnvelope text_to(ConversationId conversation, std::uint64_t client_id,
                                  const std::string& text) {
  v1::ClientEnvelope envelope;
  envelope.set_request(100 + client_id);
  envelope.mutable_send_text()->set_conversation(conversation.value);
  envelope.mutable_send_text()->set_client_id(client_id);
  envelope.mutable_send_text()->set_text(text);
  return envelope;
}

inline v1::ClientEnvelope sync_from(std::uint64_t key) {
  v1::ClientEnvelope envelope;
  envelope.set_request(200 + key);
  envelope.mutable_sync()->set_key(key);
  return envelope;
}

}  // namespace glasspost::fuzz
