// The registry of design choices.
#include "engine/core/choices.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <utility>

#include "engine/base/text.hpp"

namespace glasspost {
namespace {

Error bad_value(const ChoiceInfo& info, std::string_view value) {
  return {Code::kInvalidArgument, std::string(info.key) + " cannot be '" + escape_controls(value) +
                                      "'; it may be " + std::string(info.options)};
}

Status set_ack(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value == "after-durable") {
    choices.delivery_ack = DeliveryAck::kAfterDurable;
  } else if (value == "after-memory") {
    choices.delivery_ack = DeliveryAck::kAfterMemory;
  } else {
    return bad_value(info, value);
  }
  return ok();
}

Status set_fsync(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value == "always") {
    choices.store_fsync = StoreFsync::kAlways;
  } else if (value == "interval") {
    choices.store_fsync = StoreFsync::kInterval;
  } else if (value == "never") {
    choices.store_fsync = StoreFsync::kLeftToSystem;
  } else {
    return bad_value(info, value);
  }
  return ok();
}

Status set_window(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  const Result<Duration> window =
      value == "0" ? Result<Duration>(Duration(0)) : parse_duration(value);
  if (!window || *window < Duration(0) || *window > std::chrono::seconds(2)) {
    return bad_value(info, value);
  }
  choices.notice_window = *window;
  return ok();
}

Status set_step(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  const Result<std::uint64_t> step = parse_u64(value);
  if (!step || *step < 1 || *step > 1'000'000) return bad_value(info, value);
  choices.seq_step = *step;
  return ok();
}

Status set_prefetch(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  const Result<std::uint64_t> percent = parse_u64(value);
  if (!percent || *percent > 100) return bad_value(info, value);
  choices.seq_prefetch = static_cast<std::uint32_t>(*percent);
  return ok();
}

Status set_watch(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  const Result<std::uint64_t> watch = parse_u64(value);
  if (!watch || *watch > 1'000'000'000) return bad_value(info, value);
  choices.telemetry_watch = *watch;
  return ok();
}

Status set_switch(bool& on, const ChoiceInfo& info, std::string_view value) {
  if (value != "on" && value != "off") return bad_value(info, value);
  on = value == "on";
  return ok();
}

Status set_bodies(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  return set_switch(choices.telemetry_bodies, info, value);
}

Status set_fencing(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  return set_switch(choices.seq_fencing, info, value);
}

Status set_time(Duration& time, Duration least, const ChoiceInfo& info, std::string_view value) {
  const Result<Duration> wanted = parse_duration(value);
  if (!wanted || *wanted < least || *wanted > std::chrono::minutes(1))
    return bad_value(info, value);
  time = *wanted;
  return ok();
}

Status set_lease(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value == "off") {
    choices.seq_lease = Duration(0);
    return ok();
  }
  return set_time(choices.seq_lease, std::chrono::milliseconds(100), info, value);
}

Status set_poll(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  return set_time(choices.seq_poll, std::chrono::milliseconds(20), info, value);
}

Status set_detect(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  return set_time(choices.seq_detect, std::chrono::milliseconds(20), info, value);
}

Status set_clock(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value != "monotonic" && value != "wall") return bad_value(info, value);
  choices.seq_clock = value == "wall" ? LeaseClock::kWall : LeaseClock::kMonotonic;
  return ok();
}

Status set_routing(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value != "table" && value != "pair") return bad_value(info, value);
  choices.seq_routing = value == "pair" ? SeqRouting::kPair : SeqRouting::kTable;
  return ok();
}

Status set_lease_from(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value != "send" && value != "receive") return bad_value(info, value);
  choices.seq_lease_from = value == "receive" ? LeaseFrom::kReceive : LeaseFrom::kSend;
  return ok();
}

std::vector<ChoiceInfo> server_choices() {
  return {
      {"delivery.ack",
       "after-durable | after-memory",
       "after-durable",
       "a later 'sent' for one that survives every crash",
       "after-memory gives up 1: a home that crashes before its batch is durable",
       "p50(ack) = edge + ways + steps of roles + (after-durable: append + sync)",
       "WF 10",
       "now",
       "no loss after ack",
       "waits for the disk",
       "ack p50",
       {"after-durable", "after-memory"},
       {"after-memory"}},
      {"delivery.notice-window",
       "0 .. 2s",
       "0",
       "later notices for fewer of them",
       "",
       "notices/s = min(rows/s x devices, devices / window); delay = window / 2",
       "WF 10",
       "next notice",
       "notice at once",
       "one notice a row",
       "notices",
       {"0", "50ms", "200ms"},
       {}},
      {"store.fsync",
       "always | interval | never",
       "always",
       "a slower acknowledgement for one that survives a power cut",
       "interval and never give up 1: a store that loses what was not synced",
       "syncs/s = min(1 / sync time, puts/s)",
       "WF 9",
       "now",
       "survives a power cut",
       "each commit waits",
       "syncs",
       {"always", "interval", "never"},
       {"interval", "never"}},
      {"seq.step",
       "1 .. 1000000",
       "10000",
       "durable writes for numbers skipped at a restart",
       "",
       "writes/s = growth of the hottest user / step",
       "WF 3.3",
       "next ceiling",
       "few durable writes",
       "gaps after a restart",
       "ceilings",
       {"1", "100", "10000"},
       {}},
  };
}

std::vector<ChoiceInfo> later_choices() {
  return {
      {"seq.prefetch",
       "0 .. 100",
       "50",
       "ceilings asked for earlier, in per cent of the step left, for requests that never wait",
       "",
       "nobody waits while step x prefetch / 100 > growth of the hottest user x time of a raise",
       "WF 3.11",
       "next number",
       "nobody waits for a disk",
       "larger gaps at a restart",
       "waits",
       {"0", "20", "50", "90"},
       {}},
  };
}

std::vector<ChoiceInfo> lease_choices() {
  return {
      {"seq.lease",
       "off | 100ms .. 1m",
       "5s",
       "a later take-over for one owner at a time, whatever is frozen or cut off",
       "off gives up 2 and 5: an owner cut off from store and arbiters, not from its callers",
       "gap = detect + poll + lease (with a death certificate: restart + seal)",
       "WF 3.6",
       "next take-over",
       "one owner at a time",
       "waited out at take-overs",
       "failover",
       {"off", "1s", "5s"},
       {"off"}},
      {"seq.poll",
       "20ms .. 1m",
       "1s",
       "more letters for leases that are renewed, and looked at, more often",
       "",
       "renewals/s = owners x replicas / poll, detect / 2 or lease / 3, the shortest",
       "WF 3.7",
       "next poll",
       "few letters",
       "found out later",
       "renewals",
       {"100ms", "1s", "4s"},
       {}},
      {"seq.detect",
       "20ms .. 1m",
       "1s",
       "take-overs of owners that were only slow, for a shorter gap",
       "",
       "an owner that is silent for longer loses its sections",
       "WF 3.7",
       "now",
       "no false alarms",
       "found out later",
       "failover",
       {"200ms", "1s", "3s"},
       {}},
  };
}

std::vector<ChoiceInfo> fencing_choices() {
  return {
      {"seq.fencing",
       "on | off",
       "on",
       "nothing: replicas that take what older owners write",
       "off gives up 1 or 3: an owner frozen past its lease with an append in flight",
       "writes of older epochs that a replica takes = 0",
       "WF 3.8",
       "now",
       "late writes are refused",
       "a check a write",
       "failover",
       {"on", "off"},
       {"off"}},
      {"seq.clock",
       "monotonic | wall",
       "monotonic",
       "nothing: a clock that somebody sets",
       "wall gives up 5: a wall clock that is set back",
       "an owner serves too long by as much as its clock is set back",
       "WF 3.8",
       "now",
       "nobody sets it",
       "differs between machines",
       "failover",
       {"monotonic", "wall"},
       {"wall"}},
      {"seq.lease-from",
       "send | receive",
       "send",
       "a lease that is longer by the way of the answer",
       "receive gives up 5: an answer that was long on its way",
       "an owner serves too long by as much as the answer took",
       "WF 3.8",
       "now",
       "slow answers do no harm",
       "a little shorter",
       "failover",
       {"send", "receive"},
       {"receive"}},
  };
}

std::vector<ChoiceInfo> routing_choices() {
  return {
      {"seq.routing",
       "table | pair",
       "table",
       "a plain rule, for one of two allocators and a question in vain at each move",
       "",
       "questions in vain at a move = 1 a caller and section with pair, 0 to 2 with table",
       "WF 3.10",
       "next question",
       "any allocator helps",
       "versions in frames",
       "questions in vain",
       {"table", "pair"},
       {}},
  };
}

std::vector<ChoiceInfo> telemetry_choices() {
  return {
      {"telemetry.watch",
       "0 .. 1000000000",
       "1",
       "less processor time for fewer messages that can be followed",
       "",
       "facts/s = letters/s of watched messages",
       "DESIGN 9",
       "now",
       "every message followed",
       "a fact a letter",
       "watched",
       {"1", "100", "0"},
       {}},
      {"telemetry.bodies",
       "on | off",
       "on",
       "smaller facts for messages without their bytes",
       "",
       "bytes/s = letter bytes/s of watched messages",
       "DESIGN 9",
       "now",
       "bytes can be read",
       "more facts",
       "letter bytes",
       {"on", "off"},
       {}},
  };
}

}  // namespace

namespace {

using Setter = Status (*)(Choices&, const ChoiceInfo&, std::string_view);

constexpr std::pair<std::string_view, Setter> kSetters[] = {
    {"delivery.ack", set_ack},
    {"delivery.notice-window", set_window},
    {"store.fsync", set_fsync},
    {"seq.step", set_step},
    {"seq.prefetch", set_prefetch},
    {"seq.lease", set_lease},
    {"seq.poll", set_poll},
    {"seq.detect", set_detect},
    {"seq.fencing", set_fencing},
    {"seq.clock", set_clock},
    {"seq.lease-from", set_lease_from},
    {"seq.routing", set_routing},
    {"telemetry.watch", set_watch},
    {"telemetry.bodies", set_bodies},
};

// In the largest unit that holds it whole: what set_choice takes.
std::string time_text(Duration time) {
  const std::int64_t us = time.count();
  if (us % 1'000'000 == 0) return std::to_string(us / 1'000'000) + "s";
  if (us % 1'000 == 0) return std::to_string(us / 1'000) + "ms";
  return std::to_string(us) + "us";
}

}  // namespace

// Recordings name a choice by its place here: new ones go to the end.
const std::vector<ChoiceInfo>& choice_registry() {
  static const std::vector<ChoiceInfo> registry = [] {
    std::vector<ChoiceInfo> all = server_choices();
    const std::vector<ChoiceInfo> watching = telemetry_choices();
    const std::vector<ChoiceInfo> later = later_choices();
    const std::vector<ChoiceInfo> leases = lease_choices();
    const std::vector<ChoiceInfo> fencing = fencing_choices();
    const std::vector<ChoiceInfo> routing = routing_choices();
    all.insert(all.end(), watching.begin(), watching.end());
    all.insert(all.end(), later.begin(), later.end());
    all.insert(all.end(), leases.begin(), leases.end());
    all.insert(all.end(), fencing.begin(), fencing.end());
    all.insert(all.end(), routing.begin(), routing.end());
    return all;
  }();
  return registry;
}

Status set_choice(Choices& choices, std::string_view key, std::string_view value) {
  std::vector<std::string_view> keys;
  for (const ChoiceInfo& info : choice_registry()) {
    keys.push_back(info.key);
    if (info.key != key) continue;
    for (const auto& [name, set] : kSetters) {
      if (name == key) return set(choices, info, value);
    }
  }
  if (key == kPlacementKey) {
    return Error{Code::kInvalidArgument,
                 "topology.placement is set when a cluster is made: glasspost up --placement"};
  }
  if (key == kQuorumKey) {
    return Error{
        Code::kInvalidArgument,
        "store.quorum is set when a cluster is made: glasspost up --set store.quorum=3/2/2"};
  }
  const std::string near = near_match(key, keys);
  return Error{Code::kNotFound, "there is no choice '" + escape_controls(key) + "'" +
                                    (near.empty() ? "; `glasspost choices` lists them"
                                                  : "; did you mean '" + near + "'?")};
}

std::string get_choice(const Choices& choices, std::string_view key) {
  if (key == "delivery.ack") {
    return choices.delivery_ack == DeliveryAck::kAfterDurable ? "after-durable" : "after-memory";
  }
  if (key == "delivery.notice-window") return std::to_string(choices.notice_window.count()) + "us";
  if (key == "store.fsync") {
    if (choices.store_fsync == StoreFsync::kAlways) return "always";
    return choices.store_fsync == StoreFsync::kInterval ? "interval" : "never";
  }
  if (key == "seq.prefetch") return std::to_string(choices.seq_prefetch);
  if (key == "telemetry.watch") return std::to_string(choices.telemetry_watch);
  if (key == "telemetry.bodies") return choices.telemetry_bodies ? "on" : "off";
  if (key == "seq.lease" && choices.seq_lease == Duration(0)) return "off";
  if (key == "seq.lease") return time_text(choices.seq_lease);
  if (key == "seq.poll") return time_text(choices.seq_poll);
  if (key == "seq.detect") return time_text(choices.seq_detect);
  if (key == "seq.fencing") return choices.seq_fencing ? "on" : "off";
  if (key == "seq.clock") return choices.seq_clock == LeaseClock::kWall ? "wall" : "monotonic";
  if (key == "seq.lease-from") {
    return choices.seq_lease_from == LeaseFrom::kReceive ? "receive" : "send";
  }
  if (key == "seq.routing") return choices.seq_routing == SeqRouting::kPair ? "pair" : "table";
  assert(key == "seq.step");
  return std::to_string(choices.seq_step);
}

Fact choice_fact(std::string_view key, std::string_view value, std::uint64_t epoch) {
  const auto& registry = choice_registry();
  const auto found = std::find_if(registry.begin(), registry.end(),
                                  [key](const ChoiceInfo& info) { return info.key == key; });
  std::array<std::uint64_t, 3> words{};
  std::memcpy(words.data(), value.data(), std::min(value.size(), sizeof(words)));
  return {.kind = FactKind::kChoiceSet,
          .subject = static_cast<std::uint64_t>(found - registry.begin()),
          .object = words[0],
          .number = epoch,
          .value = words[1],
          .extra = words[2]};
}

std::string choice_key_of(const Fact& fact) {
  const bool known = fact.kind == FactKind::kChoiceSet && fact.subject < choice_registry().size();
  return known ? std::string(choice_registry()[fact.subject].key) : std::string();
}

std::string choice_value_of(const Fact& fact) {
  if (choice_key_of(fact).empty()) return {};
  const std::array<std::uint64_t, 3> words{fact.object, fact.value, fact.extra};
  std::array<char, sizeof(words) + 1> text{};
  std::memcpy(text.data(), words.data(), sizeof(words));
  return text.data();
}

}  // namespace glasspost
