// What holds for every role: its state is its whole memory. Checked by playing a script again, from
// copies and from saved bytes, and comparing every outbox byte for byte.
#pragma once

#include <string>
#include <vector>

#include <google/protobuf/stubs/logging.h>

#include "tests/roles/support/scripts.hpp"

namespace glasspost::tests {

// All that a step asked for, as bytes.
inline std::string bytes_of(const Outbox& out) {
  ByteWriter writer;
  Saver saver(writer);
  for (const Put& put : out.puts)
    saver(put.kind, put.key, put.value);
  writer.raw("|sends|");
  for (const Send& send : out.sends) {
    const std::string letter = send.letter.SerializeAsString();
    saver(letter, send.not_after, send.at_release);
  }
  writer.raw("|timers|");
  for (const TimerChange& change : out.timers)
    saver(change.timer, change.at);
  writer.raw("|facts|");
  saver(out.facts);
  return writer.take();
}

// A role and its disk: what a step may depend on.
struct Player {
  explicit Player(const Script& script) : role(script.make()), disk(script.disk) {}

  // One step: the outbox and the state after it.
  std::string operator()(const Moment& moment) {
    const std::string asked = bytes_of(play(role, disk, moment));
    return asked + "|state|" + std::to_string(role.hash());
  }

  RoleBox role;
  MemoryStore disk;
};

// What each moment makes of a fresh role; moment `doubled` is played twice (the first counts not).
inline std::vector<std::string> fresh_run(const Script& script, std::size_t doubled = SIZE_MAX) {
  Player player(script);
  std::vector<std::string> steps;
  for (std::size_t i = 0; i < script.moments.size(); ++i) {
    if (i == doubled) player(script.moments[i]);
    steps.push_back(player(script.moments[i]));
  }
  return steps;
}

// After every input load(save(s)) has s's hash and saves to the same bytes.
inline void check_save_and_load(const Script& script) {
  Player player(script);
  for (const Moment& moment : script.moments) {
    player(moment);
    const std::string saved = player.role.save();
    RoleBox loaded = script.make();
    REQUIRE(bool(loaded.load(saved)));
    CHECK(loaded.hash() == player.role.hash());
    CHECK(loaded.save() == saved);
  }
}

// A role that was loaded after any input continues exactly as the one that was saved.
inline void check_loaded_continues(const Script& script) {
  const std::vector<std::string> expected = fresh_run(script);
  Player player(script);
  for (std::size_t cut = 0; cut < script.moments.size(); ++cut) {
    player(script.moments[cut]);
    Player loaded = player;
    loaded.role = script.make();
    REQUIRE(bool(loaded.role.load(player.role.save())));
    for (std::size_t i = cut + 1; i < script.moments.size(); ++i)
      REQUIRE(loaded(script.moments[i]) == expected[i]);
  }
}

// A copy and its origin, fed differently and in turns, each equal a fresh run fed the same.
inline void check_copies_go_their_own_way(const Script& script) {
  const std::vector<std::string> expected = fresh_run(script);
  Player player(script);
  player(script.moments[0]);
  player(script.moments[1]);
  for (std::size_t cut = 2; cut < script.moments.size(); ++cut) {
    const std::vector<std::string> expected_of_copy = fresh_run(script, cut);
    Player origin = player;
    Player copy = player;
    copy(script.moments[cut]);
    for (std::size_t i = cut; i < script.moments.size(); ++i) {
      REQUIRE(origin(script.moments[i]) == expected[i]);
      REQUIRE(copy(script.moments[i]) == expected_of_copy[i]);
    }
    player(script.moments[cut]);
  }
}

inline void check_refused(RoleBox& role, const std::string& bytes, std::uint64_t hash) {
  const Status status = role.load(bytes);
  REQUIRE(!status);
  CHECK(status.error().code == Code::kCorruption);
  REQUIRE(role.hash() == hash);
}

// Bytes that were cut off, grown or damaged are refused at every length, and change nothing.
inline void check_damage_is_refused(const Script& script) {
  const google::protobuf::LogSilencer quiet;  // it complains of every damaged message
  Player player(script);
  for (std::size_t i = 0; i < script.moments.size(); ++i) {
    player(script.moments[i]);
    const bool looked_at = i + 1 == script.moments.size() || i == script.moments.size() / 2;
    if (!looked_at) continue;
    const std::string saved = player.role.save();
    RoleBox other = script.make();  // an older state that must stay
    REQUIRE(bool(other.load(script.make().save())));
    const std::uint64_t hash = other.hash();
    REQUIRE(hash != player.role.hash());
    for (std::size_t length = 0; length < saved.size(); ++length) {
      check_refused(other, saved.substr(0, length), hash);
      // A number that never ends, where the rest should be, and beyond it.
      const std::string garbage(saved.size() - length + 11, '\xff');
      check_refused(other, saved.substr(0, length) + garbage, hash);
    }
    check_refused(other, saved + '\0', hash);
  }
}

// A state of another version is refused.
inline void check_version(const Script& script) {
  RoleBox role = script.make();
  const std::uint64_t hash = role.hash();
  std::string saved = role.save();
  REQUIRE(saved.substr(0, 4) == kStateMagic);
  const char version = saved[4];
  for (int beside : {-1, 1, 2, 100}) {
    saved[4] = static_cast<char>(version + beside);
    check_refused(role, saved, hash);
  }
  saved[4] = version;
  CHECK(bool(role.load(saved)));
  saved[0] = 'X';
  check_refused(role, saved, hash);
}

inline void check_laws(const Script& script) {
  REQUIRE(script.moments.size() >= 9);
  check_save_and_load(script);
  check_loaded_continues(script);
  check_copies_go_their_own_way(script);
  check_damage_is_refused(script);
  check_version(script);
}

}  // namespace glasspost::tests
