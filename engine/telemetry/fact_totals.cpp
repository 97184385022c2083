// Adding up; see fact_totals.hpp.
#include "engine/telemetry/fact_totals.hpp"

#include <algorithm>

#include <google/protobuf/descriptor.h>

#include "glasspost/v1/client.pb.h"
#include "glasspost/v1/letter.pb.h"

#include "engine/telemetry/fact_name.hpp"
#include "engine/telemetry/tap.hpp"

namespace glasspost {
namespace {

constexpr double kMicrosecond = 1e-6;
constexpr std::uint64_t kHalfMask = 0xFFFF'FFFF;

// The kind alone: how many mailboxes there are is the cluster's affair.
std::string role_name(std::uint64_t packed) {
  const std::string name = to_text(static_cast<RoleKind>(packed >> 24 & 0xFF));
  return name.starts_with("role ") ? "unknown" : name;
}

// What comes from outside the house was handed over where nobody had a clock of ours.
bool is_of_the_house(std::uint64_t packed) {
  return packed >> 24 != 0 && packed >> 24 < static_cast<std::uint64_t>(RoleKind::kDevice);
}

std::string field_name(const google::protobuf::Descriptor& message, std::uint64_t number) {
  const google::protobuf::FieldDescriptor* field =
      number <= kHalfMask ? message.FindFieldByNumber(static_cast<int>(number)) : nullptr;
  return field == nullptr ? "unknown" : field->name();
}

std::string letter_name(std::uint64_t kind) {
  return (kind & kClientLetter) != 0
             ? field_name(*v1::ClientEnvelope::descriptor(), kind & ~kClientLetter)
             : field_name(*v1::Letter::descriptor(), kind);
}

std::string failure_name(std::uint64_t code) {
  constexpr std::string_view kPrefix = "FAILURE_CODE_";
  const google::protobuf::EnumValueDescriptor* value =
      code <= kHalfMask ? v1::FailureCode_descriptor()->FindValueByNumber(static_cast<int>(code))
                        : nullptr;
  return value == nullptr ? "unknown" : value->name().substr(kPrefix.size());
}

BucketCounts wait_buckets() {
  return BucketCounts{50e-6, 100e-6, 250e-6, 500e-6, 1e-3, 2.5e-3, 5e-3, 10e-3,
                      25e-3, 50e-3,  100e-3, 250e-3, 0.5,  1.0,    2.5,  5.0};
}

}  // namespace

void FactTotals::add(std::span<const Fact> facts) {
  for (const Fact& fact : facts) {
    std::string name(name_of(fact.kind));
    std::replace(name.begin(), name.end(), ' ', '_');
    ++facts_[name];
    switch (fact.kind) {
      case FactKind::kCell:
        add_cell(fact);
        break;
      case FactKind::kRefused:
      case FactKind::kLoginRefused:
        ++refusals_[failure_name(fact.object)];
        break;
      case FactKind::kLost:
        lost_ += fact.object;
        break;
      default:
        break;
    }
  }
}

// A cell knows the median of its waits and the longest: one letter waited so long, and all others
// are taken for the median. Most cells have one letter or two.
void FactTotals::add_cell(const Fact& cell) {
  if (cell.number == 0) return;
  const Link link{role_name(cell.subject >> 32), role_name(cell.subject & kHalfMask)};
  Letters& letters = letters_[{link, letter_name(cell.object)}];
  letters.count += cell.number;
  letters.bytes += cell.value;
  if (!is_of_the_house(cell.subject >> 32) || !is_of_the_house(cell.subject & kHalfMask)) return;
  BucketCounts& waits = waits_.try_emplace(link, wait_buckets()).first->second;
  waits.add(static_cast<double>(cell.extra & kHalfMask) * kMicrosecond);
  waits.add(static_cast<double>(cell.extra >> 32) * kMicrosecond, cell.number - 1);
}

void FactTotals::write(Exposition& page) const {
  const auto labels_of = [](const auto& key) {
    return MetricLabels{{"from", key.first.first}, {"to", key.first.second}, {"kind", key.second}};
  };
  page.begin("glasspost_letters_total", MetricType::kCounter,
             "Letters that reached a role, by sender's and receiver's kind.");
  for (const auto& [key, letters] : letters_)
    page.add(labels_of(key), letters.count);
  page.begin("glasspost_letter_bytes_total", MetricType::kCounter,
             "Bytes of these letters; of a crowd of letters in 10 ms the first 16 are measured.");
  for (const auto& [key, letters] : letters_)
    page.add(labels_of(key), letters.bytes);
  page.begin("glasspost_letter_wait_seconds", MetricType::kHistogram,
             "From handing a letter over until it reached its role, inside the house; of the "
             "letters of 10 ms one counts as the longest wait, the others as the median.");
  for (const auto& [link, waits] : waits_)
    page.add({{"from", link.first}, {"to", link.second}}, waits);
  page.begin("glasspost_refusals_total", MetricType::kCounter,
             "Texts and logins that were refused, by failure code of docs/protocol.md.");
  for (const auto& [code, count] : refusals_)
    page.add({{"code", code}}, count);
  page.begin("glasspost_facts_heard_total", MetricType::kCounter,
             "Facts that this program heard from the hub, by kind of docs/facts.md.");
  for (const auto& [kind, count] : facts_)
    page.add({{"kind", kind}}, count);
  page.begin("glasspost_facts_missed_total", MetricType::kCounter,
             "Facts that are missing from these totals, as far as anybody counted them.");
  page.add({}, lost_);
}

}  // namespace glasspost
