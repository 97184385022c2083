// The registry of design choices.
#include "engine/core/choices.hpp"

#include <cassert>

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

}  // namespace

const std::vector<ChoiceInfo>& choice_registry() {
  static const std::vector<ChoiceInfo> registry = {
      {"delivery.ack", "after-durable | after-memory", "after-durable",
       "a later 'sent' for one that survives every crash",
       "after-memory gives up 1: a home that crashes before its batch is durable",
       "p50(ack) = hops + (after-durable: append + sync)", "WF 10"},
      {"delivery.notice-window", "0 .. 2s", "0", "later notices for fewer of them", "",
       "notices/s = min(messages/s, devices / window); delay = window / 2", "WF 10"},
      {"store.fsync", "always | interval | never", "always",
       "a slower acknowledgement for one that survives a power cut",
       "interval and never give up 1: a store that loses what was not synced",
       "syncs/s = min(1 / sync time, steps/s)", "WF 9"},
      {"seq.step", "1 .. 1000000", "10000", "durable writes for numbers skipped at a restart", "",
       "writes/s = growth of the hottest user / step", "WF 3.3"},
  };
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
  }
  const std::string near = near_match(key, keys);
  return Error{Code::kNotFound, "there is no choice '" + escape_controls(key) + "'" +
                                    (near.empty() ? "" : "; did you mean '" + near + "'?")};
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
  assert(key == "seq.step");
  return std::to_string(choices.seq_step);
}

}  // namespace glasspost
