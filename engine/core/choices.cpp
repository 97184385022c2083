// Setting and reading design choices; choice_registry.cpp describes them.
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

Status set_section(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  for (SeqCut cut : kSeqCuts) {
    if (to_text(cut) != value) continue;
    choices.seq_section = cut;
    return ok();
  }
  return bad_value(info, value);
}

Status set_lease_from(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value != "send" && value != "receive") return bad_value(info, value);
  choices.seq_lease_from = value == "receive" ? LeaseFrom::kReceive : LeaseFrom::kSend;
  return ok();
}

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
    {"seq.section", set_section},
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
  if (key == "seq.section") return std::string(to_text(choices.seq_section));
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
