// The hub's socket from both ends: what a watcher hears (any replies, as LiveSource reads them) and
// what devices publish (any requests, as the hub takes them). What must hold:
//   - facts that are heard are none of what was heard before, and the stream's `until` never goes
//     back;
//   - a loss that is told stands among the facts;
//   - labels that are heard are heard again from what they are written as;
//   - of what is published only facts of devices count, none of the future, and the rest is counted
//     as lost;
//   - the hub tells all of it, in order of time, and nothing stays behind.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "engine/telemetry/hub.hpp"
#include "engine/telemetry/hub_line.hpp"
#include "engine/telemetry/labels.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

constexpr Time kNow = time_from_us(1'000'000'000);

void watch(Pieces& input) {
  HubListener listener;
  while (!input.empty()) {
    const Time before = listener.until();
    const bool began = listener.begins() != Time(Duration(0));
    const std::string bytes(input.piece());
    FactBatch batch;
    listener.hear(bytes, batch);
    must(listener.until() >= before, "what was told stays told");
    std::size_t lost = 0;
    for (const Fact& fact : batch.facts) {
      must(time_from_us(fact.time_us) > before, "nothing is heard twice");
      if (fact.kind == FactKind::kLost) ++lost;
    }
    v1::HubReply reply;
    if (!reply.ParseFromString(bytes)) {
      must(batch.facts.empty(), "what is no reply tells nothing");
      continue;
    }
    must(batch.facts.size() <= reply.facts().size() / sizeof(Fact) + 1, "a fact takes 64 bytes");
    if (reply.lost() > 0 && began) must(lost > 0, "a loss stands among the facts");
    const v1::Labels written = to_proto(listener.labels());
    must(to_proto(from_proto(written)).SerializeAsString() == written.SerializeAsString(),
         "labels are heard as they are written");
  }
}

void publish(Pieces& input) {
  Hub hub(100);
  std::size_t added = 0;
  while (!input.empty()) {
    v1::HubRequest request;
    if (!request.ParseFromString(std::string(input.piece())) || !request.has_publish()) continue;
    const v1::PublishFacts& said = request.publish();
    const Published published = read_published(said, kNow);
    const std::size_t whole = said.facts().size() / sizeof(Fact);
    must(published.facts.size() <= whole, "a fact takes 64 bytes");
    if (said.facts().size() % sizeof(Fact) == 0) {
      must(published.lost == said.lost() + (whole - published.facts.size()), "the rest is lost");
    }
    for (const Fact& fact : published.facts) {
      must(fact.time_us <= to_us(kNow), "nobody tells of the future");
      must(fact.kind == FactKind::kShown || fact.kind == FactKind::kKeyPassed ||
               fact.kind == FactKind::kGaveUp || fact.kind == FactKind::kDeviceStarted ||
               fact.kind == FactKind::kDeviceLoggedIn || fact.kind == FactKind::kDeviceAway,
           "devices tell what devices know");
    }
    hub.add(published.facts);
    added += published.facts.size();
    if (added % 2 == 0) hub.settle(kNow);
  }
  hub.settle(kNow + 2 * kHubPatience);
  must(hub.end() == added, "nothing stays behind in the hub");
  const Hub::Piece piece = hub.from(0, added + 1);
  must(piece.facts.size() + piece.lost == added, "a watcher gets all or is told what it lost");
  must(std::is_sorted(
           piece.facts.begin(), piece.facts.end(),
           [](const Fact& one, const Fact& other) { return one.time_us < other.time_us; }),
       "the hub tells in order of time");
}

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  Pieces input(data, size);
  if ((input.byte() & 1) == 0) {
    watch(input);
  } else {
    publish(input);
  }
  return 0;
}
