// The registry of design choices.
#include "engine/core/choices.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>

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

Status set_bodies(Choices& choices, const ChoiceInfo& info, std::string_view value) {
  if (value != "on" && value != "off") return bad_value(info, value);
  choices.telemetry_bodies = value == "on";
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

// Recordings name a choice by its place here: new ones go to the end.
const std::vector<ChoiceInfo>& choice_registry() {
  static const std::vector<ChoiceInfo> registry = [] {
    std::vector<ChoiceInfo> all = server_choices();
    const std::vector<ChoiceInfo> watching = telemetry_choices();
    const std::vector<ChoiceInfo> later = later_choices();
    all.insert(all.end(), watching.begin(), watching.end());
    all.insert(all.end(), later.begin(), later.end());
    return all;
  }();
  return registry;
}

Status set_choice(Choices& choices, std::string_view key, std::string_view value) {
  std::vector<std::string_view> keys;
  for (const ChoiceInfo& info : choice_registry()) {
    keys.push_back(info.key);
    if (info.key != key) continue;
    if (key == "delivery.ack") return set_ack(choices, info, value);
    if (key == "delivery.notice-window") return set_window(choices, info, value);
    if (key == "store.fsync") return set_fsync(choices, info, value);
    if (key == "seq.step") return set_step(choices, info, value);
    if (key == "seq.prefetch") return set_prefetch(choices, info, value);
    if (key == "telemetry.watch") return set_watch(choices, info, value);
    if (key == "telemetry.bodies") return set_bodies(choices, info, value);
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
