// Strips and leases.
#include "viz/views/ownership_view.hpp"

#include <algorithm>
#include <cmath>

#include "viz/views/ledger_parts.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kCellHeight = 1.5F;  // em
constexpr float kCellWidth = 1.15F;  // em: a number of one digit fits
constexpr float kWidestCell = 3;     // em
constexpr float kOwnerPitch = 1.57F;
constexpr float kHead = 1.6F;
constexpr float kOneLine = 26;  // em: in a narrower place a lease stands below its owner's name

Str name_of(SectionKind kind) {
  switch (kind) {
    case SectionKind::kConversation:
      return Str::kOwnershipConversations;
    case SectionKind::kMailbox:
      return Str::kOwnershipInboxes;
    case SectionKind::kSeq:
      return Str::kOwnershipNumbers;
  }
  return Str::kOwnershipNumbers;
}

// The owner's number stands in the cell: the colour alone says nothing.
ImU32 colour_of(Address owner) {
  const Theme& t = theme();
  const ImU32 hues[] = {t.append, t.sync, t.notice, t.send};
  const ImU32 hue = owner.number == 0 ? t.control : hues[(owner.number - 1) % std::size(hues)];
  return mix(t.panel, hue, 0.4F);
}

// Sharp at its corners, in the text colour: "moved".
void moved_mark(Rect cell) {
  const float side = em(0.5F);
  const ImVec2 corner(cell.right(), cell.y);
  canvas().AddTriangleFilled({corner.x - side, corner.y}, corner, {corner.x, corner.y + side},
                             theme().text);
}

// So many cells lie beside each other in a strip.
std::size_t cells_in(float width, std::size_t sections) {
  const auto most = static_cast<std::size_t>(std::max(1.0F, std::floor(width / em(kCellWidth))));
  if (sections <= most) return std::max<std::size_t>(sections, 1);
  const std::size_t rows = (sections + most - 1) / most;
  return (sections + rows - 1) / rows;  // rows of equal length
}

float owner_pitch(float width) {
  return em(kOwnerPitch) * (width < em(kOneLine) ? 2 : 1);
}

float strip_height(float width, std::size_t sections) {
  const std::size_t each = cells_in(width, sections);
  return em(kCellHeight) * static_cast<float>((sections + each - 1) / each);
}

}  // namespace

std::string OwnershipView::title() const {
  return std::string(tr(Str::kOwnership));
}
std::string OwnershipView::question() const {
  return std::string(tr(Str::kOwnershipQuestion));
}

bool OwnershipView::has_moved(const Ownership& section) {
  return section.before.kind != RoleKind::kNone && section.before != section.owner;
}

bool OwnershipView::is_served(SectionId section) const {
  const Ownership& owned = player_.model().ledger().sections().at(section);
  return owned.serves && !is_down(player_.model(), owned.owner);
}

std::vector<OwnershipView::Kind> OwnershipView::kinds() const {
  const Ledger& ledger = player_.model().ledger();
  std::vector<Kind> all;
  for (const SectionKind what :
       {SectionKind::kSeq, SectionKind::kMailbox, SectionKind::kConversation}) {
    Kind kind;
    kind.name = name_of(what);
    const auto add = [&kind](Address owner) {
      const bool known =
          std::find(kind.owners.begin(), kind.owners.end(), owner) != kind.owners.end();
      if (!known && owner.kind != RoleKind::kNone) kind.owners.push_back(owner);
    };
    for (const auto& [section, owned] : ledger.sections()) {
      if (kind_of(section) != what) continue;
      kind.sections.push_back(section);
      if (has_moved(owned)) ++kind.moved;
      if (!is_served(section)) ++kind.unserved;
      add(owned.owner);
      add(owned.before);
    }
    if (kind.sections.empty()) continue;
    for (const auto& [owner, lease] : ledger.leases()) {
      if (!kind.owners.empty() && owner.kind == kind.owners.front().kind) add(owner);
    }
    std::sort(kind.owners.begin(), kind.owners.end());
    all.push_back(std::move(kind));
  }
  return all;
}

std::string OwnershipView::counts(const Kind& kind) const {
  std::string words = tr_with(Str::kOwnershipSections, num::count(kind.sections.size()));
  if (kind.moved > 0) words += " \u00b7 " + tr_with(Str::kOwnershipMoved, num::count(kind.moved));
  if (kind.unserved > 0) {
    words += " \u00b7 " + tr_with(Str::kOwnershipUnserved, num::count(kind.unserved));
  }
  return words;
}

void OwnershipView::draw(Rect area, ViewContext& context) {
  const std::vector<Kind> all = kinds();
  if (all.empty()) {
    empty_state(area, IconId::kStore, tr(Str::kOwnershipNothing), {});
    return;
  }
  draw_legend(area.low(em(1.4F)));
  const Rect place = area.above_low(em(1.4F) + em(kHalfGap));
  float height = 0;
  for (const Kind& kind : all) {
    height += em(kHead) + strip_height(place.w, kind.sections.size()) +
              owner_pitch(place.w) * static_cast<float>(kind.owners.size()) + em(kGap);
  }
  Rect rest = begin_scroll("kinds", place, height);
  for (const Kind& kind : all)
    rest = rest.below_top(draw_kind(rest, kind, context));
  end_scroll();
}

void OwnershipView::draw_legend(Rect row) const {
  float x = row.x;
  const auto entry = [&](Str word, const auto& swatch) {
    const float width = em(1.2F) + em(kHalfGap) + measure(tr(word), style::axis());
    if (x + width > row.right()) return;
    swatch(Rect{x, row.cy() - em(0.45F), em(1.2F), em(0.9F)});
    text({x + width, row.cy()}, tr(word), style::axis(), Align::kRight);
    x += width + em(kWide);
  };
  entry(Str::kOwnershipLegendMoved, [](Rect place) {
    fill(place, theme().card_hi);
    moved_mark(place);
  });
  entry(Str::kOwnershipLegendWaits, [](Rect place) { state_fill(place, State::kWaiting); });
  entry(Str::kOwnershipLegendDown, [](Rect place) { state_fill(place, State::kRefused); });
}

float OwnershipView::draw_kind(Rect area, const Kind& kind, ViewContext& context) {
  const Rect head = area.top(em(kHead));
  text({head.x, head.cy()}, tr(kind.name), style::value());
  const bool ill = kind.unserved > 0;
  text({head.right(), head.cy()}, counts(kind),
       ill ? style::coloured(style::caption(), theme().warn_text) : style::caption(),
       Align::kRight);
  const std::size_t each = cells_in(area.w, kind.sections.size());
  const float width = std::min(std::floor(area.w / static_cast<float>(each)), em(kWidestCell));
  float y = head.bottom();
  for (std::size_t index = 0; index < kind.sections.size(); ++index) {
    const std::size_t column = index % each;
    if (index > 0 && column == 0) y += em(kCellHeight);
    const Rect cell{area.x + width * static_cast<float>(column), y, width - 1, em(kCellHeight) - 1};
    draw_cell(cell, kind.sections[index], context);
  }
  y += em(kCellHeight);
  Rect row{area.x, y, area.w, owner_pitch(area.w)};
  for (const Address owner : kind.owners) {
    draw_owner(row, owner);
    row.y += row.h;
  }
  return row.y + em(kGap) - area.y;
}

void OwnershipView::draw_cell(Rect place, SectionId section, ViewContext& context) {
  const Model& model = player_.model();
  const Ownership& owned = model.ledger().sections().at(section);
  ImGui::PushID(static_cast<int>(section.value));
  const bool selected = context.selection->section == section.value;
  const Item here = item("cell", place);
  if (here.pressed) context.selection->section = selected ? 0 : section.value;
  fill(place, colour_of(owned.owner));
  const bool down = is_down(model, owned.owner);
  const TextStyle look{Step::kMicro, Face::kMedium, theme().text};
  const std::string number = num::count(owned.owner.number);
  float y = place.cy();
  if (down || !owned.serves) {
    // Below the number: a pattern over the whole of a small cell would hide one or the other.
    const float strip = std::round(place.h * 0.42F);
    state_fill(place.low(strip), down ? State::kRefused : State::kWaiting);
    border(place, down ? theme().bad : theme().warn);
    y = place.y + (place.h - strip) / 2;
  }
  text({place.cx(), y}, number, look, Align::kCentre);
  if (has_moved(owned)) moved_mark(place);
  if (selected) border(place, theme().focus, 0, std::max(2 * scale(), 2.0F));
  if (here.hovered || here.focused) tell_cell(here, section);
  ImGui::PopID();
}

// Of one cell alone: there may be hundreds, and words cost more than colours.
void OwnershipView::tell_cell(const Item& here, SectionId section) const {
  const Model& model = player_.model();
  const Ownership& owned = model.ledger().sections().at(section);
  const bool down = is_down(model, owned.owner);
  Tip shown;
  shown.what = tr_with(Str::kLedgerSection, index_text(section));
  shown.value = owner_name(owned.owner);
  const Str state = down ? Str::kOwnershipLegendDown
                         : (owned.serves ? Str::kOwnershipServing : Str::kOwnershipLegendWaits);
  shown.why = tr_with(Str::kLedgerEpoch, num::count(owned.epoch)) + ", " + std::string(tr(state));
  if (has_moved(owned)) shown.why += ", " + tr_with(Str::kLedgerWas, owner_name(owned.before));
  shown.keys = {{"Enter", std::string(tr(Str::kLedgerTipSelect))}};
  tip(here, shown);
}

void OwnershipView::draw_owner(Rect row, Address owner) const {
  const Ledger& ledger = player_.model().ledger();
  const bool down = is_down(player_.model(), owner);
  const bool one_line = row.w >= em(kOneLine);
  const Rect line = one_line ? row : row.top(row.h / 2);
  const Rect swatch{line.x, line.cy() - em(0.55F), em(1.15F), em(1.1F)};
  fill(swatch, colour_of(owner));
  text({swatch.cx(), swatch.cy()}, num::count(owner.number),
       {Step::kMicro, Face::kMedium, theme().text}, Align::kCentre);
  const float x = swatch.right() + em(kGap);
  const TextStyle name = down ? style::coloured(style::value(), theme().bad_text) : style::value();
  const std::string has = tr_with(Str::kOwnershipHas, num::count(sections_of(ledger, owner)));
  const float right = line.right() - measure(has, style::caption());
  text({line.right(), line.cy()}, has, style::caption(), Align::kRight);
  const float name_end = one_line ? x + em(7.2F) : right - em(kGap);
  text_in({x, line.y, name_end - x, line.h}, owner_name(owner), name);
  const float from = one_line ? name_end + em(kSmallGap) : x;
  const float until = one_line ? right - em(kGap) : row.right();
  const Rect lease{from, one_line ? line.y : line.bottom(), until - from, line.h};
  draw_lease(lease, ledger, owner, player_.now(), std::min(em(7), lease.w * 0.4F));
  ImGui::PushID(static_cast<int>(owner.kind));
  ImGui::PushID(static_cast<int>(owner.number));
  const Item here = item("owner", row, em(kTiny));
  tip(here, {tr_with(Str::kLeaseName, owner_name(owner)),
             lease_words(ledger, owner, player_.now()).words,
             0,
             std::string(tr(Str::kLeaseTip)),
             {}});
  ImGui::PopID();
  ImGui::PopID();
}

std::string OwnershipView::describe() const {
  std::string words;
  for (const Kind& kind : kinds()) {
    words += std::string(tr(kind.name)) + ": " + counts(kind) + "\n";
    for (const Address owner : kind.owners) {
      words +=
          owner_name(owner) + " " +
          tr_with(Str::kOwnershipHas, num::count(sections_of(player_.model().ledger(), owner))) +
          ", " + lease_words(player_.model().ledger(), owner, player_.now()).words + "\n";
    }
  }
  return words;
}

}  // namespace glasspost::viz
