// Bars and words of ownership.
#include "viz/views/ledger_parts.hpp"

#include <algorithm>

#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

double seconds_of(Duration duration) {
  return static_cast<double>(to_us(duration)) / 1e6;
}

}  // namespace

std::string owner_name(Address owner) {
  return owner.kind == RoleKind::kNone ? std::string(tr(Str::kLedgerNobody)) : to_text(owner);
}

bool is_down(const Model& model, Address role) {
  const ProcessCard* process = model.processes().of_role(fact_role_from(role));
  return process != nullptr && process->health == Health::kDown;
}

LeaseWords lease_words(const Ledger& ledger, Address owner, Time now) {
  const auto found = ledger.leases().find(owner);
  if (found == ledger.leases().end()) return {std::string(tr(Str::kLeaseUntold))};
  const LeaseTold& lease = found->second;
  if (!lease.obeyed()) return {std::string(tr(Str::kLeaseNone))};
  if (!lease.ran_out(now)) {
    return {tr_with(Str::kLeaseLeft, num::secs(seconds_of(lease.until - now)),
                    num::secs(seconds_of(lease.length)))};
  }
  const Time ended = std::max(lease.until, lease.told);
  return {tr_with(Str::kLeaseRanOut, num::secs(seconds_of(now - ended))), true};
}

std::size_t sections_of(const Ledger& ledger, Address owner) {
  const auto& all = ledger.sections();
  return static_cast<std::size_t>(std::count_if(
      all.begin(), all.end(), [owner](const auto& entry) { return entry.second.owner == owner; }));
}

void draw_lease(Rect row, const Ledger& ledger, Address owner, Time now, float bar_width) {
  const Rect place{row.x, row.cy() - em(0.35F), std::min(bar_width, row.w), em(0.7F)};
  const LeaseWords said = lease_words(ledger, owner, now);
  const auto found = ledger.leases().find(owner);
  const bool loud = said.over && sections_of(ledger, owner) > 0;
  const ImU32 ink = loud ? theme().bad_text : theme().text_3;
  if (loud) {
    state_fill(place, State::kRefused);
  } else if (said.over) {
    border(place, theme().line_2, place.h / 2);
  } else if (found == ledger.leases().end() || !found->second.obeyed()) {
    border(place, theme().line_2, place.h / 2);
  } else {
    Bar left;
    left.share = found->second.left(now);
    left.colour = theme().ok;
    bar(place, left);
  }
  float x = place.right() + em(kGap);
  if (said.over) {
    icon(IconId::kCross, {x + em(0.4F), row.cy()}, em(0.8F), ink);
    x += em(1.2F);
  }
  const TextStyle look = style::coloured(style::explanation(), said.over ? ink : theme().text_2);
  if (x + measure(said.words, look) <= row.right()) text({x, row.cy()}, said.words, look);
}

void draw_pieces(Rect bar, const std::vector<NumberPiece>& pieces) {
  fill(bar, theme().inset);
  for (const NumberPiece& piece : pieces) {
    const Rect place{piece.x, bar.y, piece.w, bar.h};
    switch (piece.kind) {
      case NumberKind::kHanded:
        fill(place, theme().append);
        break;
      case NumberKind::kSkipped:
        state_fill(place, State::kSkipped);
        break;
      case NumberKind::kReserved:
        state_fill(place, State::kReserved);
        break;
    }
  }
}

void draw_newest(Rect bar, float x) {
  const float width = std::max(2 * scale(), 2.0F);
  fill({x - width / 2, bar.y - em(0.2F), width, bar.h + em(0.4F)}, theme().text);
}

}  // namespace glasspost::viz
