// Head, feature card, lanes by owner.
#include "viz/views/ledger_view.hpp"

#include <algorithm>
#include <cmath>

#include "viz/views/ledger_parts.hpp"
#include "viz/views/role_icon.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/plot.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kPitch = 1.64F;     // em: a lane, where there is little room
constexpr float kWidePitch = 2.3F;  // em: ... and where there is much
constexpr Duration kRecently = std::chrono::seconds(60);
constexpr float kFeatureHeight = 7;  // em
constexpr float kWhyBeside = 56;     // em of the panel: in a narrower one it stands below
constexpr float kWhyShare = 0.45F;   // of the width
constexpr float kWhyBelow = 30;      // em of the panel: in a lower one the lanes need the room
constexpr std::size_t kAskedMost = 12;
constexpr float kFeatureBelow = 19;   // em of the panel: in a lower one the lanes need all of it
constexpr float kAxisHeight = 1.4F;   // em
constexpr float kNameWidth = 5;       // em: "section 12"
constexpr float kNumberWidth = 4.9F;  // em: a column of numbers
constexpr float kWideLanes = 46;      // em: below, two columns are left out

// Where the parts of a lane's row lie.
struct LaneColumns {
  Rect name, epoch, was, bar, newest, ceiling, skipped, rate;
};

std::string index_name(SectionId section) {
  return tr_with(Str::kLedgerSection, index_text(section));
}

// Sections of a finer or coarser cut have longer names; the last one has the longest.
float name_width(const Ledger& ledger) {
  if (ledger.lanes().empty()) return em(kNameWidth);
  const std::string longest = index_name(ledger.lanes().rbegin()->first);
  return std::max(em(kNameWidth), measure(longest, style::explanation()) + em(2 * kHalfGap));
}

LaneColumns columns_of(Rect row, const Ledger& ledger) {
  LaneColumns at;
  const bool wide = row.w >= em(kWideLanes);
  const auto take = [&row](float width) {
    const Rect taken = row.far(width);
    row = row.beside_far(width);
    return taken;
  };
  if (wide) at.rate = take(em(kNumberWidth));
  if (wide) at.skipped = take(em(kNumberWidth));
  at.ceiling = take(em(kNumberWidth));
  at.newest = take(em(kNumberWidth));
  at.name = row.left(name_width(ledger));
  row = row.beside_left(at.name.w);
  if (wide) {
    at.epoch = row.left(em(4));
    at.was = row.beside_left(em(4)).left(em(5.6F));
    row = row.beside_left(em(9.6F));
  }
  at.bar = row.beside_far(em(kGap));
  return at;
}

double most_of(const Ledger& ledger, const std::vector<LaneGroup>& groups) {
  std::uint64_t most = 1;
  for (const LaneGroup& group : groups) {
    for (const SectionId section : group.shown)
      most = std::max(most, ledger.lanes().at(section).ceiling);
  }
  return round_up(static_cast<double>(most));
}

// A label and its value; returns the x behind them.
float key_value(float x, float y, Str key, const std::string& value) {
  x += text({x, y}, tr(key), style::caption()) + em(kHalfGap);
  return x + text({x, y}, value, style::value()) + em(kWide);
}

}  // namespace

std::string LedgerView::title() const {
  return std::string(tr(Str::kLedger));
}
std::string LedgerView::question() const {
  return std::string(tr(Str::kLedgerQuestion));
}

std::optional<LedgerView::Back> LedgerView::back() const {
  const PromiseView& promise = film_.promises_at(player_.now()).all[1];
  if (promise.standing != Standing::kBroken || promise.witnesses.empty()) return {};
  const Fact& last = promise.witnesses.back();
  return Back{SectionId{static_cast<std::uint32_t>(last.object)}, last.number, promise.reason};
}

// The selected section; otherwise the one whose numbers were taken over last, or the busiest.
SectionId LedgerView::featured(const Selection& selection) const {
  const SectionId selected{static_cast<std::uint32_t>(selection.section)};
  if (back_ && ledger().lanes().contains(back_->section)) return back_->section;
  if (ledger().lanes().contains(selected)) return selected;
  const auto newer = [](const auto& a, const auto& b) {
    const auto rank = [](const NumberLane& lane) {
      const bool taken = lane.stretches.size() > 1;
      return std::pair(taken ? lane.stretches.back().from : kNotYet, lane.handed);
    };
    return rank(a.second) < rank(b.second);
  };
  return std::max_element(ledger().lanes().begin(), ledger().lanes().end(), newer)->first;
}

void LedgerView::draw(Rect area, ViewContext& context) {
  if (ledger().lanes().empty()) {
    empty_state(area, IconId::kSeq, tr(Str::kLedgerNothing), {});
    return;
  }
  back_ = back();
  const bool with_feature = area.h >= em(kFeatureBelow);
  float above = em(1.7F);
  if (back_) above += em(2.2F);
  if (with_feature) above += em(kFeatureHeight) + em(kGap);
  const bool beside = area.w >= em(kWhyBeside);
  const bool under = !beside && area.h >= em(kWhyBelow);
  if (under) above += em(kFeatureHeight) + em(kGap);
  const float below = em(kAxisHeight);
  const float room = area.h - above - em(kRowHeight) - below;
  const auto rows = static_cast<std::size_t>(std::max(0.0F, std::floor(room / em(kPitch))));
  const std::vector<LaneGroup> groups = plan_lanes(ledger(), rows, 1);
  std::size_t shown = 0;
  for (const LaneGroup& group : groups)
    shown += group.shown.size();
  Rect rest = draw_head(area, shown);
  if (back_) rest = draw_back(rest, *back_);
  if (with_feature) {
    const SectionId section = featured(*context.selection);
    const Rect row = rest.top(em(kFeatureHeight));
    const float why = beside ? row.w * kWhyShare : 0;
    draw_feature(beside ? row.beside_far(why + em(kGap)) : row, section);
    rest = rest.below_top(em(kFeatureHeight) + em(kGap));
    if (beside) draw_why(row.far(why), section, context);
    if (under) {
      draw_why(rest.top(em(kFeatureHeight)), section, context);
      rest = rest.below_top(em(kFeatureHeight) + em(kGap));
    }
  }
  draw_lanes(rest, groups, context);
}

std::string LedgerView::counts(std::size_t shown) const {
  const Model& model = player_.model();
  if (model.watching() == 0) return std::string(tr(Str::kLedgerUnwatched));
  if (model.watching() != 1) return tr_with(Str::kLedgerSampled, num::count(model.watching()));
  const std::size_t all = ledger().lanes().size();
  const auto step = model.choices().find("seq.step");
  if (shown < all) {
    return tr_with(Str::kLedgerBusiest, num::count(shown), num::count(all),
                   num::count(all - shown));
  }
  return tr_with(Str::kLedgerAll, num::count(all),
                 step == model.choices().end() ? std::string("?") : step->second);
}

Rect LedgerView::draw_head(Rect area, std::size_t shown) const {
  const Rect row = area.top(em(1.4F));
  const std::string words = counts(shown);
  const bool told_all = player_.model().watching() == 1;
  const TextStyle look =
      style::coloured(style::caption(), told_all ? theme().text_3 : theme().warn_text);
  const float right = row.right() - measure(words, look);
  text({row.right(), row.cy()}, words, look, Align::kRight);
  float x = row.x;
  const auto entry = [&](Str word, const auto& swatch) {
    const float width = em(1.5F) + em(kHalfGap) + measure(tr(word), style::caption());
    if (x + width > right - em(kWide)) return;
    swatch(Rect{x, row.cy() - em(0.4F), em(1.5F), em(0.8F)});
    text({x + width, row.cy()}, tr(word), style::caption(), Align::kRight);
    x += width + em(kWide);
  };
  entry(Str::kLedgerHanded, [](Rect place) { fill(place, theme().append); });
  entry(Str::kLedgerSkipped, [](Rect place) { state_fill(place, State::kSkipped); });
  entry(Str::kLedgerReserved, [](Rect place) { state_fill(place, State::kReserved); });
  entry(Str::kLedgerCur, [](Rect place) { draw_newest(place, place.cx()); });
  return area.below_top(em(1.7F));
}

// Unmissable: across the whole panel, with a cross and the sentence.
Rect LedgerView::draw_back(Rect area, const Back& what) const {
  const Rect row = area.top(em(1.8F));
  fill(row, mix(theme().panel, theme().bad, 0.2F), em(kCardRound));
  border(row, theme().bad, em(kCardRound), std::max(2 * scale(), 2.0F));
  icon(IconId::kCross, {row.x + em(1), row.cy()}, em(0.95F), theme().bad_text);
  const TextStyle look{Step::kSmall, Face::kSemibold, theme().text};
  text_in(row.beside_left(em(2)).beside_far(em(kGap)), what.sentence, look);
  return area.below_top(em(2.2F));
}

void LedgerView::draw_feature(Rect area, SectionId section) const {
  const Rect inside = card(area);
  const NumberLane& lane = ledger().lanes().at(section);
  const auto owned = ledger().sections().find(section);
  const Ownership ownership = owned == ledger().sections().end() ? Ownership{} : owned->second;
  const float y = inside.y + em(0.55F);
  float x = inside.x + text({inside.x, y}, index_name(section), style::name()) + em(kWide);
  const std::size_t count = lane.stretches.size();
  if (count > 1) {
    const bool moved = lane.stretches[count - 2].owner != lane.stretches[count - 1].owner;
    const std::string_view words = tr(moved ? Str::kLedgerAfterFailover : Str::kLedgerAfterRestart);
    x += pill({x, y}, words, {theme().warn_text, theme().warn}) + em(kWide);
  }
  x = key_value(x, y, Str::kLedgerOwner, owner_name(ownership.owner));
  const std::pair<Str, std::string> values[] = {
      {Str::kLedgerNewest, num::count(lane.highest())},
      {Str::kLedgerCeiling, num::count(lane.ceiling)},
      {Str::kLedgerRaises, num::count(lane.raises)},
      {Str::kLedgerSkippedSum, num::count(lane.skipped())},
  };
  x += text({x, y}, tr_with(Str::kLedgerEpoch, num::count(ownership.epoch)), style::caption()) +
       em(kWide);
  for (const auto& [key, value] : values) {
    const float width = measure(tr(key), style::caption()) + measure(value, style::value());
    if (x + width + em(1) > inside.right()) break;
    x = key_value(x, y, key, value);
  }
  draw_takeover({inside.x, inside.y + em(1.5F), inside.w, inside.h - em(1.5F)}, lane);
}

// The newest owner's numbers, and the jump to them.
void LedgerView::draw_takeover(Rect area, const NumberLane& lane) {
  const std::size_t count = lane.stretches.size();
  if (count == 0) return;
  const Stretch& now = lane.stretches[count - 1];
  const Stretch* before = count > 1 ? &lane.stretches[count - 2] : nullptr;
  const auto from = static_cast<double>(before == nullptr ? now.floor : before->floor);
  const double to = from + std::max(1.0, static_cast<double>(lane.ceiling) - from) * 1.04;
  const Rect bar{area.x, area.y + em(1.3F), area.w, em(1.75F)};
  draw_pieces(bar, number_pieces(lane, from, to, bar, std::max(2 * scale(), 2.0F)));
  const float newest = number_x(static_cast<double>(now.highest), from, to, bar);
  draw_newest(bar, newest);
  const float y = area.y + em(0.5F);
  const std::string words = tr_with(Str::kLedgerNow, num::count(now.highest));
  const TextStyle strong{Step::kSmall, Face::kSemibold, theme().text};
  const float wide = measure(words, strong);
  const float left = std::clamp(newest, bar.x, bar.right() - wide);
  text({left, y}, words, strong);
  for (const Tick& tick : round_ticks({from, to, false}, 6, "")) {
    const float x = number_x(tick.at, from, to, bar);
    vline(x, bar.bottom(), bar.bottom() + em(0.25F), theme().line_2);
    const float half = measure(tick.label, style::axis()) / 2;
    text({std::clamp(x, bar.x + half, bar.right() - half), bar.bottom() + em(0.85F)}, tick.label,
         style::axis(), Align::kCentre);
  }
  if (before == nullptr || now.floor <= before->highest) return;
  const float begin = number_x(static_cast<double>(before->highest), from, to, bar);
  const float end = number_x(static_cast<double>(now.floor), from, to, bar);
  const std::string gone = tr_with(Str::kLedgerGone, num::count(now.floor - before->highest));
  const std::string last =
      tr_with(Str::kLedgerLastFrom, num::count(before->highest), owner_name(before->owner));
  float edge = bar.x;  // the end of the label before
  if (begin - measure(last, style::explanation()) >= bar.x) {
    text({begin, y}, last, style::explanation(), Align::kRight);
    edge = begin + em(kGap);
  }
  const float middle = std::max((begin + end) / 2, edge + measure(gone, strong) / 2);
  const bool fits = middle + measure(gone, strong) / 2 + em(kGap) <= left;
  if (fits) text({middle, y}, gone, strong, Align::kCentre);
  // What did not find room above stands on the jump itself.
  std::string inside = edge == bar.x ? last : std::string();
  if (!fits) inside += (inside.empty() ? "" : ", ") + gone;
  if (!inside.empty() && measure(inside, style::value()) + em(1) < end - begin) {
    text_padded({(begin + end) / 2, bar.cy()}, inside, style::value(), Align::kCentre);
  }
}

// The users of the section, each a button; of the pressed one what the allocator decides by, in its
// own words.
void LedgerView::draw_why(Rect area, SectionId section, ViewContext& context) {
  const Rect inside = card(area);
  if (section != asked_of_) {
    asked_of_ = section;
    asked_ = UserId{0};
    desk_.ask(asked_);
  }
  const Rect row = inside.top(em(1.6F));
  const float right = row.right() - measure(tr(Str::kLedgerWhyNow), style::caption()) - em(kGap);
  text({row.right(), row.cy()}, tr(Str::kLedgerWhyNow), style::caption(), Align::kRight);
  float x = row.x + text({row.x, row.cy()}, tr(Str::kLedgerWhy), style::caption()) + em(kGap);
  for (const Numbered& one : desk_.users_of(section, kAskedMost)) {
    const float width = measure(one.name, style::explanation()) + em(1.4F);
    if (x + width > right) break;
    ImGui::PushID(static_cast<int>(one.user.value));
    const bool on = asked_ == one.user;
    if (button("user", {x, row.y, width, row.h}, one.name, {.active = on})) {
      asked_ = on ? UserId{0} : one.user;
      desk_.ask(asked_);
      context.selection->section = section.value;  // or another one may be the busiest soon
    }
    ImGui::PopID();
    x += width + em(kHalfGap);
  }
  const Rect box = inside.below_top(em(1.9F));
  const std::string words = why_words();
  const float height = paragraph_height(box.w, words, style::explanation());
  paragraph(begin_scroll("why", box, height), words, style::explanation());
  end_scroll();
}

std::string LedgerView::why_words() const {
  if (desk_.closed()) return std::string(tr(Str::kLedgerWhyClosed));
  if (asked_.value == 0) return std::string(tr(Str::kLedgerWhyHint));
  const std::string heard = desk_.sentence();
  return heard.empty() ? std::string(tr(Str::kLedgerWhyAsking)) : heard;
}

void LedgerView::draw_lanes(Rect area, const std::vector<LaneGroup>& groups, ViewContext& context) {
  const LaneColumns at = columns_of(area.top(em(kRowHeight)), ledger());
  const auto head = [&](const Rect& column, Str word) {
    if (column.w > 0) text({column.right(), column.cy()}, tr(word), style::axis(), Align::kRight);
  };
  head(at.newest, Str::kLedgerNewest);
  head(at.ceiling, Str::kLedgerCeiling);
  head(at.skipped, Str::kLedgerSkippedSum);
  head(at.rate, Str::kLedgerRate);
  hline(area.x, area.right(), at.newest.bottom() - 1, theme().line);
  const double most = most_of(ledger(), groups);
  const Rect place = area.below_top(em(kRowHeight)).above_low(em(kAxisHeight));
  std::size_t rows = groups.size();
  for (const LaneGroup& group : groups)
    rows += group.shown.size();
  const float pitch =
      std::clamp(std::floor(place.h / static_cast<float>(rows)), em(kPitch), em(kWidePitch));
  const Rect list = begin_scroll("lanes", place, pitch * static_cast<float>(rows));
  Rect row = list.top(pitch);
  for (const LaneGroup& group : groups) {
    draw_group(row, group);
    row.y += pitch;
    for (const SectionId section : group.shown) {
      draw_lane(row, section, most, context);
      row.y += pitch;
    }
  }
  end_scroll();
  // At a scrolled list's foot the axis still belongs to the bars above it.
  const Rect bar = columns_of(list.top(pitch), ledger()).bar;
  const float y = std::min(row.y, place.bottom());
  for (const Tick& tick : round_ticks({0, most, false}, bar.w > em(24) ? 6 : 3, "")) {
    const float x = number_x(tick.at, 0, most, bar);
    vline(x, y, y + em(0.25F), theme().line_2);
    const float half = measure(tick.label, style::axis()) / 2;
    text({std::min(x, bar.right() - half), y + em(0.8F)}, tick.label, style::axis(),
         Align::kCentre);
  }
}

void LedgerView::draw_group(Rect row, const LaneGroup& group) const {
  const Model& model = player_.model();
  const bool down = is_down(model, group.owner);
  const ImU32 ink = down ? theme().bad_text : theme().text;
  icon(icon_of_role(fact_role_from(group.owner)), {row.x + em(0.6F), row.cy()}, em(0.9F), ink);
  float x = row.x + em(1.6F);
  x += text({x, row.cy()}, owner_name(group.owner), style::coloured(style::name(), ink)) + em(kGap);
  if (down) {
    icon(IconId::kCross, {x + em(0.4F), row.cy()}, em(0.8F), theme().bad_text);
    x += em(1.2F);
    x += text({x, row.cy()}, tr(Str::kOwnershipLegendDown),
              style::coloured(style::explanation(), theme().bad_text)) +
         em(kGap);
  }
  const std::size_t all = group.shown.size() + group.left_out;
  const std::string words =
      tr_with(Str::kLedgerShown, num::count(group.shown.size()), num::count(all));
  const float right = row.right() - measure(words, style::caption());
  text({row.right(), row.cy()}, words, style::caption(), Align::kRight);
  x = std::max(x, columns_of(row, ledger()).bar.x);
  const Rect lease{x, row.y, right - x - em(kWide), row.h};
  if (lease.w > em(4)) draw_lease(lease, ledger(), group.owner, player_.now(), em(9));
}

void LedgerView::draw_lane(Rect row, SectionId section, double most, ViewContext& context) {
  const NumberLane& lane = ledger().lanes().at(section);
  const auto found = ledger().sections().find(section);
  const Ownership owned = found == ledger().sections().end() ? Ownership{} : found->second;
  ImGui::PushID(static_cast<int>(section.value));
  const bool selected = context.selection->section == section.value;
  const Item here = row_button("lane", row, selected);
  if (here.pressed) context.selection->section = selected ? 0 : section.value;
  const LaneColumns at = columns_of(row, ledger());
  const bool ill = back_ && back_->section == section;
  const float y = row.cy();
  text({at.name.x + em(kHalfGap), y}, index_name(section), style::explanation());
  if (at.epoch.w > 0) {
    text({at.epoch.x, y}, tr_with(Str::kLedgerEpoch, num::count(owned.epoch)), style::caption());
  }
  const bool moved = owned.before.kind != RoleKind::kNone && owned.before != owned.owner;
  const bool recent = player_.now() - owned.moved < kRecently;
  if (at.was.w > 0 && ill) {
    icon(IconId::kCross, {at.was.x + em(0.4F), y}, em(0.8F), theme().bad_text);
    text({at.was.x + em(1.2F), y}, tr(Str::kLedgerWentBack),
         style::coloured(style::value(), theme().bad_text));
  } else if (at.was.w > 0 && moved) {
    text({at.was.x, y}, tr_with(Str::kLedgerWas, owner_name(owned.before)),
         style::coloured(style::caption(), recent ? theme().warn_text : theme().text_3));
  }
  const float height = std::round(row.h * 0.56F);
  const Rect bar{at.bar.x, std::round(y - height / 2), at.bar.w, height};
  draw_pieces(bar, number_pieces(lane, 0, most, bar, std::max(scale(), 1.0F)));
  draw_newest(bar, number_x(static_cast<double>(lane.highest()), 0, most, bar));
  if (ill) {
    const float x = number_x(static_cast<double>(back_->number), 0, most, bar);
    fill({x - em(0.2F), bar.y - em(0.3F), em(0.4F), bar.h + em(0.6F)}, theme().bad);
    icon(IconId::kCross, {x, bar.cy()}, em(1.2F), theme().text);
    border(row, theme().bad, em(kTiny), std::max(2 * scale(), 2.0F));
  }
  const auto number = [y](const Rect& column, const std::string& words, const TextStyle& look) {
    if (column.w > 0) text({column.right(), y}, words, look, Align::kRight);
  };
  number(at.newest, num::count(lane.highest()), style::value());
  number(at.ceiling, num::count(lane.ceiling), style::caption());
  number(at.skipped, num::count(lane.skipped()), style::caption());
  number(at.rate, num::rate(lane.rate(player_.now())), style::caption());
  if (here.hovered || here.focused) tell_lane(here, section);
  ImGui::PopID();
}

void LedgerView::tell_lane(const Item& here, SectionId section) const {
  const auto found = ledger().sections().find(section);
  const Ownership owned = found == ledger().sections().end() ? Ownership{} : found->second;
  Tip shown;
  shown.what = index_name(section) + ", " + owner_name(owned.owner);
  shown.value = num::count(ledger().lanes().at(section).highest());
  shown.why = std::string(tr(Str::kLedgerTipWhy));
  shown.keys = {{"Enter", std::string(tr(Str::kLedgerTipSelect))}};
  tip(here, shown);
}

std::string LedgerView::describe() const {
  std::string words = counts(ledger().lanes().size());
  if (const std::optional<Back> what = back()) {
    words += "\n" + index_name(what->section) + " " + std::string(tr(Str::kLedgerWentBack)) + ": " +
             what->sentence;
  }
  if (asked_.value != 0) words += "\n" + why_words();
  for (const auto& [section, lane] : ledger().lanes()) {
    const auto found = ledger().sections().find(section);
    const Ownership owned = found == ledger().sections().end() ? Ownership{} : found->second;
    const auto item = [](Str key, const std::string& value) {
      return ", " + std::string(tr(key)) + " " + value;
    };
    words += "\n" + index_name(section) + ": " + owner_name(owned.owner) + ", " +
             tr_with(Str::kLedgerEpoch, num::count(owned.epoch)) +
             item(Str::kLedgerNewest, num::count(lane.highest())) +
             item(Str::kLedgerCeiling, num::count(lane.ceiling)) +
             item(Str::kLedgerSkippedSum, num::count(lane.skipped()));
  }
  for (const auto& [owner, lease] : ledger().leases()) {
    words += "\n" + tr_with(Str::kLeaseName, owner_name(owner)) + ": " +
             lease_words(ledger(), owner, player_.now()).words;
  }
  return words;
}

}  // namespace glasspost::viz
