// The left end fills what the right end leaves and drops what does not fit.
#include "viz/app/status_bar.hpp"

#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kFullBar = 78;   // em: below, the search field becomes an icon
constexpr float kClockBar = 48;  // below, clock and frames a second go
constexpr float kNameBar = 44;   // below, the program's name and the keys of the workspaces go
constexpr float kWordBar = 30;   // below, the button of the language goes; the palette has it

TextStyle value_style() {
  return {Step::kSmall, Face::kSemibold, theme().text};
}

// The sign: an envelope of glass.
void sign(ImVec2 centre) {
  const float half = em_exact(0.57F);
  const float width = 1.6F * scale();
  border({centre.x - half, centre.y - half, 2 * half, 2 * half}, theme().text, em(kPillRound),
         width);
  const std::vector<ImVec2> flap{{centre.x - half * 0.55F, centre.y - half * 0.25F},
                                 {centre.x, centre.y + half * 0.35F},
                                 {centre.x + half * 0.55F, centre.y - half * 0.25F}};
  polyline(flap, theme().text, {width});
}

// Both ends of the free room in the bar.
struct Room {
  Rect bar;
  float left = 0, right = 0;
  [[nodiscard]] bool fits(float width) const { return left + width <= right; }
};

void divider(Room& room, bool at_left) {
  const float x = at_left ? room.left : room.right;
  vline(x, room.bar.cy() - em(0.57F), room.bar.cy() + em(0.57F), theme().line_2);
}

bool right_icon(Room& room, const char* id, IconId what, Str name) {
  const float side = em(1.86F);
  room.right -= side;
  return icon_button(id, {room.right, room.bar.cy() - side / 2, side, side}, what, tr(name));
}

void right_text(Room& room, std::string_view words, const TextStyle& style) {
  room.right -= measure(words, style);
  text({room.right, room.bar.cy()}, words, style);
}

bool language_button(Room& room) {
  const TextStyle style{Step::kSmall, Face::kRegular, theme().text_2};
  const std::string_view words = tr(Str::kLanguages);
  const float width = measure(words, style) + 2 * em(kHalfGap);
  room.right -= width;
  const Rect rect{room.right, room.bar.cy() - em(0.86F), width, em(1.71F)};
  const Item of = item("language", rect, em(kPillRound));
  if (of.hovered) fill(rect, theme().card_hi, em(kPillRound));
  text({rect.cx(), rect.cy()}, words, style, Align::kCentre);
  tip(of, {std::string(tr(Str::kSwitchLanguage)), {}, 0, {}, {}});
  return of.pressed;
}

// Looks like a field, acts like a button: the palette has the real field.
bool find_button(Room& room, bool wide) {
  if (!wide) return right_icon(room, "find", IconId::kFind, Str::kFindOrDo);
  const Rect rect{room.right - em(12.57F), room.bar.cy() - em(0.93F), em(12.57F), em(1.86F)};
  room.right = rect.x;
  const Item of = item("find", rect, em(kPillRound));
  fill(rect, of.hovered ? theme().card_hi : theme().inset, em(kPillRound));
  border(rect, theme().line_2, em(kPillRound));
  icon(IconId::kFind, {rect.x + em(1), rect.cy()}, em(0.79F), theme().text_3);
  text({rect.x + em(kSection), rect.cy()}, tr(Str::kFindOrDo), style::caption());
  text({rect.right() - em(kGap), rect.cy()}, "Ctrl P",
       {Step::kMicro, Face::kRegular, theme().text_3}, Align::kRight);
  return of.pressed;
}

void right_end(Room& room, const StatusLine& status, BarDeeds& deeds) {
  const float width = room.bar.w / em_exact();
  deeds.help = right_icon(room, "help", IconId::kHelp, Str::kHelp);
  deeds.theme =
      right_icon(room, "theme", theme().dark ? IconId::kDark : IconId::kLight, Str::kSwitchTheme);
  if (width >= kWordBar) deeds.language = language_button(room);
  room.right -= em(kGap);
  divider(room, false);
  room.right -= em(kWide);
  if (width >= kClockBar && !status.clock.empty()) {
    right_text(room, status.clock, {Step::kLabel, Face::kMono, theme().text});
    room.right -= em(kWide);
  }
  if (width >= kClockBar && status.fps > 0) {
    right_text(room, tr(Str::kFps), style::caption());
    room.right -= em(kSmallGap);
    right_text(room, std::to_string(status.fps), value_style());
    room.right -= em(kWide);
  }
  deeds.find = find_button(room, width >= kFullBar);
  room.right -= em(kWide);
}

void workspace_buttons(Room& room, const std::vector<BarEntry>& entries, BarDeeds& deeds) {
  const bool with_keys = room.bar.w >= em(kNameBar);
  for (const BarEntry& entry : entries) {
    const TextStyle name{Step::kSmall, entry.here ? Face::kSemibold : Face::kRegular,
                         entry.here ? theme().text : theme().text_2};
    const float words = measure(entry.title, name);
    const float key = with_keys ? measure(entry.key, style::axis()) + em(kSmallGap) : 0;
    const float width = words + key + 2 * em(kCardPad);
    if (!room.fits(width)) return;
    const Rect rect{room.left, room.bar.cy() - em(1), width, em(2)};
    const Item of = item(entry.id, rect, em(kPillRound));
    if (entry.here || of.hovered) fill(rect, theme().card_hi, em(kPillRound));
    text({rect.x + em(kCardPad), rect.cy()}, entry.title, name);
    if (with_keys) {
      text({rect.right() - em(kCardPad), rect.cy()}, entry.key, style::axis(), Align::kRight);
    }
    if (of.pressed) deeds.go_to = entry.id;
    room.left += width + em(kSmallGap);
  }
}

// A number and its word, together or not at all.
void fact(Room& room, std::string_view value, std::string_view word, ImU32 colour) {
  TextStyle style = value_style();
  style.colour = colour;
  const float width = measure(value, style) + em(kHalfGap) + measure(word, style::caption());
  if (!room.fits(width)) return;
  text({room.left, room.bar.cy()}, value, style);
  text({room.left + width, room.bar.cy()}, word, style::caption(), Align::kRight);
  room.left += width + em(kWide);
}

void run_name(Room& room, const StatusLine& status) {
  std::string words = status.run;
  if (!status.seed.empty()) words += " \u00B7 " + tr_with(Str::kSeed, status.seed);
  const float width = measure(words, value_style());
  if (!room.fits(width)) return;
  text({room.left, room.bar.cy()}, words, value_style());
  room.left += width + em(kSection);
}

void run_facts(Room& room, const StatusLine& status) {
  const Theme& t = theme();
  if (!status.trouble.empty()) {
    icon(IconId::kWait, {room.left + em(0.5F), room.bar.cy()}, em(0.93F), t.warn_text);
    room.left += em(1.4F);
    text_in({room.left, room.bar.y, room.right - room.left, room.bar.h}, status.trouble,
            style::coloured(value_style(), t.warn_text));
    return;
  }
  run_name(room, status);
  fact(room, num::count(status.processes), tr(Str::kProcesses), t.text);
  const float before = room.left;
  const bool lost = status.events_lost > 0 || status.lost_uncounted;
  fact(room, num::losses(status.events_lost, status.lost_uncounted), tr(Str::kEventsLost),
       lost ? t.bad_text : t.text);
  if (room.left > before && status.lost_uncounted) {
    const Rect words{before, room.bar.y, room.left - before, room.bar.h};
    tip(item("lost", words, em(kPillRound)), {std::string(tr(Str::kLostUncounted)), {}, 0, {}, {}});
  }
  if (lost && room.left > before && room.fits(em(3.2F))) {
    const float side = 5 * scale();
    pattern({room.left, room.bar.cy() - side * 1.5F, side * 6, side * 3}, Pattern::kChequer,
            t.control);
    room.left += side * 6 + em(kWide);
  }
  std::string words = status.note;
  if (words.empty()) {
    words = status.quality == 0 ? std::string(tr(Str::kQualityFull))
                                : tr_with(Str::kQualityLess, std::to_string(status.quality));
  }
  if (room.fits(pill_width(words))) pill({room.left, room.bar.cy()}, words);
}

}  // namespace

BarDeeds StatusBar::draw(Rect rect, const StatusLine& status,
                         const std::vector<BarEntry>& entries) {
  backdrop(rect, theme().bar, 0);
  hline(rect.x, rect.right(), rect.bottom() - 1, theme().line);
  BarDeeds deeds;
  Room room{rect, rect.x + em(kPad), right_end_ > 0 ? right_end_ : rect.cx()};
  sign({room.left + em(0.64F), rect.cy()});
  room.left += em(1.86F);
  if (rect.w >= em(kNameBar)) {
    room.left += text({room.left, rect.cy()}, tr(Str::kAppName), style::name()) + em(kWide);
  }
  const float kept = status.known ? mode_badge_width(status.mode) + em(kPad) + em(kWide) : 0.0F;
  room.right -= kept;
  workspace_buttons(room, entries, deeds);
  room.right += kept;
  room.left += em(kPad);
  if (status.known) {
    divider(room, true);
    room.left += em(kWide);
    // Whether this is real must never be a matter of the window's size.
    room.left += mode_badge({room.left, room.bar.cy()}, status.mode);
    badge_right_ = room.left;
    room.left += em(kWide);
    run_facts(room, status);
  }
  room.right = rect.right() - em(kGap);
  right_end(room, status, deeds);
  right_end_ = room.right;
  return deeds;
}

}  // namespace glasspost::viz
