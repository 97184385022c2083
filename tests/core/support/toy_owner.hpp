// An owner of one section and its replicas, for the tests of engine/core/claim and section_log. The
// replicas answer by the rules of DESIGN 7.1 and forget nothing; a test decides what is lost.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "engine/core/section_log.hpp"
#include "tests/core/support/toy_replica.hpp"
#include "tests/core/support/toys.hpp"

namespace glasspost::tests {

inline constexpr Address kOwner{RoleKind::kConversation, 1};
inline constexpr Address kRival{RoleKind::kConversation, 2};
inline constexpr TimerId kRetry{4, 9};

inline Config config_of(std::uint64_t replicas, std::uint32_t read, std::uint32_t write) {
  Config config;
  for (std::uint64_t number = 1; number <= replicas; ++number)
    config.replicas.push_back({RoleKind::kStore, number});
  config.read_quorum = read;
  config.write_quorum = write;
  return config;
}

inline v1::Letter from_replica(std::uint64_t number) {
  v1::Letter letter;
  letter.set_source(pack({RoleKind::kStore, number}));
  letter.set_target(pack(kOwner));
  return letter;
}

inline v1::RegisterRecord register_of(Address owner, std::uint64_t boot, std::uint64_t epoch) {
  v1::RegisterRecord value;
  value.set_owner(pack(owner));
  value.set_owner_boot(boot);
  value.set_epoch(epoch);
  return value;
}

// What a replica answers that has never seen a higher ballot.
inline v1::Letter register_promised(std::uint64_t replica, const Ballot& ballot,
                                    const v1::RegisterRecord& newest) {
  v1::Letter letter = from_replica(replica);
  letter.mutable_register_promised()->set_section(kSection.value);
  *letter.mutable_register_promised()->mutable_ballot() = to_wire(ballot);
  *letter.mutable_register_promised()->mutable_newest() = newest;
  return letter;
}

inline v1::Letter register_accepted(std::uint64_t replica, const Ballot& ballot) {
  v1::Letter letter = from_replica(replica);
  letter.mutable_register_accepted()->set_section(kSection.value);
  *letter.mutable_register_accepted()->mutable_ballot() = to_wire(ballot);
  return letter;
}

inline v1::Letter register_refused(std::uint64_t replica, const Ballot& ballot,
                                   const Ballot& promised) {
  v1::Letter letter = from_replica(replica);
  letter.mutable_register_refused()->set_section(kSection.value);
  *letter.mutable_register_refused()->mutable_ballot() = to_wire(ballot);
  *letter.mutable_register_refused()->mutable_promised() = to_wire(promised);
  return letter;
}

inline v1::SectionSealed section_sealed(std::uint64_t epoch, std::uint64_t start_epoch = 0,
                                        std::uint64_t last = 0, std::uint64_t settled = 0) {
  v1::SectionSealed sealed;
  sealed.set_section(kSection.value);
  sealed.set_epoch(epoch);
  sealed.mutable_record()->set_start_epoch(start_epoch);
  sealed.set_last(last);
  sealed.set_settled(settled);
  return sealed;
}

inline v1::Letter log_page(std::uint64_t epoch, std::uint64_t from,
                           const std::vector<v1::LogBatch>& batches) {
  v1::Letter letter = from_replica(1);
  v1::LogPage& page = *letter.mutable_log_page();
  page.set_section(kSection.value);
  page.set_epoch(epoch);
  page.set_from(from);
  for (const v1::LogBatch& batch : batches)
    *page.add_batches() = batch;
  return letter;
}

inline v1::Letter log_started(std::uint64_t replica, std::uint64_t epoch, std::uint64_t last = 0) {
  v1::Letter letter = from_replica(replica);
  letter.mutable_log_started()->set_section(kSection.value);
  letter.mutable_log_started()->set_epoch(epoch);
  letter.mutable_log_started()->set_last(last);
  return letter;
}

inline v1::Letter log_appended(std::uint64_t replica, std::uint64_t epoch, std::uint64_t last) {
  v1::Letter letter = from_replica(replica);
  letter.mutable_log_appended()->set_section(kSection.value);
  letter.mutable_log_appended()->set_epoch(epoch);
  letter.mutable_log_appended()->set_last(last);
  return letter;
}

inline v1::Letter epoch_refused(std::uint64_t epoch, std::uint64_t sealed) {
  v1::Letter letter = from_replica(1);
  letter.mutable_epoch_refused()->set_section(kSection.value);
  letter.mutable_epoch_refused()->set_epoch(epoch);
  letter.mutable_epoch_refused()->set_sealed_epoch(sealed);
  return letter;
}

// One life of an owner. What it asks is gathered until the test delivers it.
struct OwnerBench {
  Config config;
  std::map<std::uint64_t, ToyReplica>& replicas;
  BootId boot;
  Time now = at_ms(1'000);
  std::uint64_t steps = 0;
  ToyStore store;
  SectionLog log;
  std::vector<v1::Letter> asked;
  std::map<TimerId, Time> timers;
  std::vector<Fact> facts;
  std::set<std::uint64_t> down;  // replicas that hear nothing
  // What the log told its owner so far.
  Words replayed;
  Words read;
  Words parts;
  int loaded = 0;
  int served = 0;
  int began_again = 0;
  int moved = 0;

  OwnerBench(Config cluster, std::map<std::uint64_t, ToyReplica>& stores, std::uint64_t life = 1)
      : config(std::move(cluster)), replicas(stores), boot{life} {
    config.ended[kOwner] = BootId{life - 1};  // whoever reaped the lives before has said so
  }

  void step(const std::function<void(OwnerStep&)>& act) {
    const Seen seen{.now = now, .boot = boot, .store = store, .step = ++steps};
    Outbox out;
    OwnerStep owner{kOwner, config, seen, out};
    act(owner);
    for (Send& send : out.sends) {
      send.letter.set_source(pack(kOwner));
      asked.push_back(std::move(send.letter));
    }
    for (const TimerChange& change : out.timers)
      timers[change.timer] = change.at;
    facts.insert(facts.end(), out.facts.begin(), out.facts.end());
  }

  void begin() {
    step([&](OwnerStep& owner) { log.begin(kSection, kRetry, owner); });
  }

  std::uint64_t append(const std::string& payload) {
    std::uint64_t position = 0;
    step([&](OwnerStep& owner) { position = log.append(payload, 0, owner); });
    return position;
  }

  void hear(const v1::Letter& letter) {
    LogEvent event;
    step([&](OwnerStep& owner) { event = log.on_letter(letter, owner); });
    note(event);
  }

  void note(const LogEvent& event) {
    if (event.began_again) replayed.clear();
    parts.insert(parts.end(), event.parts.begin(), event.parts.end());
    loaded += event.loaded ? 1 : 0;
    began_again += event.began_again ? 1 : 0;
    served += event.serves ? 1 : 0;
    moved += event.horizon_moved ? 1 : 0;
    for (const v1::LogBatch& batch : event.replay)
      replayed.push_back(batch.payload());
    for (const v1::LogBatch& batch : event.read)
      read.push_back(batch.payload());
  }

  // The retry timer, if it is set, is due.
  void tick() {
    const auto due = timers.find(kRetry);
    if (due == timers.end()) return;
    now = std::max(now, due->second);
    timers.erase(due);
    LogEvent event;
    step([&](OwnerStep& owner) { event = log.on_timer(owner); });
    note(event);
  }

  std::vector<v1::Letter> take_asked() { return std::exchange(asked, {}); }

  // Asks and answers until nobody says anything more. `lost` may lose single questions.
  void exchange(const std::function<bool(const v1::Letter&)>& lost = nullptr) {
    while (!asked.empty()) {
      for (const v1::Letter& question : take_asked()) {
        const std::uint64_t number = unpack(question.target()).number;
        if (down.contains(number) || (lost && lost(question))) continue;
        if (const auto answer = replicas[number].answer(question)) hear(*answer);
      }
    }
  }

  void take_over() {
    begin();
    exchange();
  }

  std::uint64_t log_hash() const { return hash_state(log); }
};

// The log as a process finds it that loads what another one saved.
inline SectionLog reloaded(const SectionLog& log) {
  ByteWriter out;
  Saver saver(out);
  saver(log);
  ByteReader in(out.data());
  Loader loader(in);
  SectionLog loaded;
  loader(loaded);
  REQUIRE(loader.ok());
  REQUIRE(in.at_end());
  return loaded;
}

// How many of these letters have such a body.
inline int count_of(const std::vector<v1::Letter>& letters, v1::Letter::BodyCase body) {
  int count = 0;
  for (const v1::Letter& letter : letters)
    count += letter.body_case() == body ? 1 : 0;
  return count;
}

}  // namespace glasspost::tests
