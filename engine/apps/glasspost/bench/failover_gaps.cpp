// Reading gaps out of a recording.
#include "engine/apps/glasspost/bench/failover_gaps.hpp"

#include <algorithm>
#include <optional>

#include "engine/promises/stream_judge.hpp"
#include "engine/telemetry/recording_source.hpp"

namespace glasspost::bench {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kBefore = seconds(1);   // a section that serves is busy so long before
constexpr std::size_t kBusy = 5;           // with so many services
constexpr Duration kAfter = seconds(15);   // a gap ends before that, or counts as so long
constexpr Duration kRestart = seconds(3);  // a process that is killed is struck once in this time

// Which section a fact is a service of.
std::optional<SectionId> served_section(const Fact& fact, const Config& config) {
  switch (fact.kind) {
    case FactKind::kAcked:
      return config.conversation_section(ConversationId{fact.subject});
    case FactKind::kVisible:
      return config.mailbox_section(UserId{static_cast<std::uint32_t>(fact.subject)});
    case FactKind::kHandedOut:
      return SectionId{static_cast<std::uint32_t>(fact.object)};
    default:
      return std::nullopt;
  }
}

// Reads a stream of facts.
class Reader {
 public:
  explicit Reader(const Config& config) : config_(config) {}

  void hear(const Fact& fact) {
    const Time at = time_from_us(fact.time_us);
    if (const auto section = served_section(fact, config_)) services_[*section].push_back(at);
    if (fact.kind == FactKind::kServing) {
      owners_[SectionId{static_cast<std::uint32_t>(fact.subject)}].emplace_back(at, fact.node);
    }
    // A signal of ours: 9; a process may also end by itself.
    const bool killed = fact.kind == FactKind::kEnded && fact.value == 9;
    if (killed || fact.kind == FactKind::kPaused) {
      blows_.push_back({killed, static_cast<std::uint16_t>(fact.subject), at});
    }
  }

  std::vector<Blow> judged() {
    for (Blow& blow : blows_) {
      for (const auto& [section, served] : services_) {
        if (owner_at(section, blow.at) == blow.node)
          blow.gap = std::max(blow.gap, gap(served, blow));
      }
    }
    return blows_;
  }

 private:
  // The process that served the section then; 0: nobody known.
  std::uint16_t owner_at(SectionId section, Time at) const {
    std::uint16_t node = 0;
    const auto found = owners_.find(section);
    if (found == owners_.end()) return node;
    for (const auto& [since, owner] : found->second) {
      if (since < at) node = owner;
    }
    return node;
  }

  static Duration gap(const std::vector<Time>& served, const Blow& blow) {
    const auto first = std::lower_bound(served.begin(), served.end(), blow.at - kBefore);
    const auto struck = std::lower_bound(first, served.end(), blow.at);
    if (static_cast<std::size_t>(struck - first) < kBusy) return Duration(0);
    Duration longest(0);
    Time before = *(struck - 1);
    for (auto one = struck; one != served.end() && before < blow.at + kAfter; ++one) {
      longest = std::max(longest, *one - before);
      before = *one;
      // Later gaps have other causes.
      if (*one > blow.at + kRestart && longest < kRestart) break;
    }
    return longest;
  }

  const Config& config_;
  std::map<SectionId, std::vector<Time>> services_;
  std::map<SectionId, std::vector<std::pair<Time, std::uint16_t>>> owners_;
  std::vector<Blow> blows_;
};

}  // namespace

Result<Failovers> read_failovers(const std::string& recording, const Config& config) {
  const Result<std::unique_ptr<RecordingSource>> source = RecordingSource::open(recording);
  if (!source) return source.error();
  Reader reader(config);
  StreamJudge judge;
  for (bool ended = false; !ended;) {
    const FactBatch batch = (*source)->poll(kNever);
    for (const Fact& fact : batch.facts) {
      reader.hear(fact);
      judge.observe(fact);
    }
    ended = batch.ended;
  }
  judge.finish((*source)->ends());
  return Failovers{reader.judged(), judge.verdicts(), judge.lost()};
}

}  // namespace glasspost::bench
