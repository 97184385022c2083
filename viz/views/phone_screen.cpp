// Painting one phone: head, conversation list, input, and what stands below the bezel.
#include "viz/views/phone_screen.hpp"

#include <algorithm>
#include <ctime>
#include <utility>

#include <imgui.h>

#include "viz/views/phone_parts.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/phone_skin.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {

std::string PhoneScreen::name() const {
  const bool first = index_of(phone().book.self()) == 1;
  return tr_with(first ? Str::kPhoneOf : Str::kPhoneSecond, phone().owner);
}

std::string PhoneScreen::name_of(UserId user) const {
  const auto found = deck_.people().find(user);
  return found == deck_.people().end() ? to_text(user) : found->second;
}

void PhoneScreen::draw(Rect area, ViewContext& context) {
  ImGui::PushID(static_cast<int>(number_));
  const Rect device = area.above_low(em(5.0F));
  fill(device, theme().card, em(3.0F));
  border(device, theme().line_2, em(3.0F), 2);
  const Rect screen = device.inset(em(kGap));
  fill(screen, skin::kScreen, em(2.4F));
  const Rect inside = screen.below_top(em(kPad));
  draw_head(inside.top(em(5.0F)));
  const Rect rest = inside.below_top(em(5.0F));
  hline(screen.x, screen.right(), rest.y, skin::kRule);
  if (phone().book.opened().value == 0) {
    draw_list(rest.above_low(em(2.4F)));
  } else {
    draw_thread(rest.above_low(em(4.6F)), context);
    draw_input(rest.low(em(4.6F)));
  }
  draw_below(area.low(em(4.4F)));
  ImGui::PopID();
}

// The phone's own status line, and who one talks to.
void PhoneScreen::draw_head(Rect area) {
  const Rect line = area.top(em(1.6F)).inset(em(kSection), 0);
  const std::int64_t now_ms = static_cast<std::int64_t>(std::time(nullptr)) * 1'000;
  text({line.x, line.cy()}, hour_and_minute(now_ms), {Step::kSmall, Face::kSemibold, skin::kText});
  const Str air = phone().airplane    ? Str::kPhoneAirplane
                  : phone().logged_in ? Str::kPhoneOnline
                                      : Str::kPhoneConnecting;
  text({line.right(), line.cy()}, tr(air), {Step::kMicro, Face::kMedium, skin::kFaint},
       Align::kRight);
  const Rect head = area.below_top(em(1.6F));
  const ConversationId opened = phone().book.opened();
  if (opened.value == 0) {
    text({head.cx(), head.cy()}, tr(Str::kPhoneChats), {Step::kBody, Face::kSemibold, skin::kText},
         Align::kCentre);
    return;
  }
  const Rect back{head.x + em(kGap), head.cy() - em(1), em(2), em(2)};
  const Item pressed = item("back", back, em(kCardRound));
  const ImVec2 chevron[] = {{back.cx() + em(0.3F), back.cy() - em(0.5F)},
                            {back.cx() - em(0.2F), back.cy()},
                            {back.cx() + em(0.3F), back.cy() + em(0.5F)}};
  polyline(chevron, skin::kText, {em_exact(0.12F)});
  if (pressed.pressed) phone().book.open({});
  const UserId me = user_of(phone().book.self());
  const UserId other = lower_member(opened) == me ? higher_member(opened) : lower_member(opened);
  text({head.cx(), head.cy() - em(0.6F)}, name_of(other),
       {Step::kBody, Face::kSemibold, skin::kText}, Align::kCentre);
  text({head.cx(), head.cy() + em(0.7F)}, to_text(opened),
       {Step::kMicro, Face::kRegular, skin::kFaint}, Align::kCentre);
}

// Conversations, newest first; below them the people one has not written to.
void PhoneScreen::draw_list(Rect area) {
  const UserId me = user_of(phone().book.self());
  const float height = em(3.7F);
  Rect row = area.top(height);
  std::vector<UserId> seen{me};
  for (const Thread* thread : phone().book.list()) {
    if (row.bottom() > area.bottom()) return;
    seen.push_back(thread->other);
    draw_row(row, thread->other, thread);
    row.y += height;
  }
  for (const auto& [user, name] : deck_.people()) {
    if (std::find(seen.begin(), seen.end(), user) != seen.end()) continue;
    if (row.bottom() > area.bottom()) return;
    draw_row(row, user, nullptr);
    row.y += height;
  }
}

void PhoneScreen::draw_row(Rect row, UserId user, const Thread* thread) {
  ImGui::PushID(static_cast<int>(user.value));
  const Item pressed = item("row", row, 0);
  if (pressed.hovered) fill(row, skin::kBar);
  const Rect inside = row.inset(em(kPad), em(kGap));
  const std::string name = name_of(user);
  portrait(inside.left(inside.h), user, name);
  const Rect words = inside.beside_left(inside.h + em(kGap));
  text({words.x, words.y + words.h * 0.25F}, name, {Step::kLabel, Face::kSemibold, skin::kText});
  Rect under = words.low(words.h / 2);
  const TextStyle faint{Step::kSmall, Face::kRegular, skin::kFaint};
  if (thread == nullptr || thread->bubbles.empty()) {
    preview(under, tr(Str::kPhoneEmptyChat), faint);
  } else {
    const Bubble& last = thread->bubbles.back();
    text({words.right(), words.y + words.h * 0.25F}, hour_and_minute(last.time_ms),
         {Step::kMicro, Face::kRegular, skin::kFaint}, Align::kRight);
    if (thread->unread > 0) under = under.beside_far(unread_badge(under, thread->unread));
    preview(under, last.text, faint);
  }
  hline(words.x, row.right(), row.bottom() - 1, skin::kRule);
  if (pressed.pressed) {
    phone().book.open(pair_of(user_of(phone().book.self()), user));
    scrolled_ = 0;
  }
  ImGui::PopID();
}

void PhoneScreen::draw_input(Rect area) {
  canvas().AddRectFilled({area.x, area.y}, {area.right(), area.bottom()}, skin::kBar, em(2.4F),
                         ImDrawFlags_RoundCornersBottom);
  hline(area.x, area.right(), area.y, skin::kRule);
  const ThemeName before = theme().name;
  set_theme(ThemeName::kLight);  // the field belongs to the phone, and a phone is light
  const std::string hint(tr(Str::kPhoneMessageHint));
  FieldLook look;
  look.hint = hint;
  look.take_focus = std::exchange(write_on_, false);
  const Rect field = area.inset(em(kWide), em(kGap));
  const FieldResult typed = text_field("message", field.top(em(2.2F)), typed_, look);
  set_theme(before);
  if (!typed.entered || typed_.empty()) return;
  deck_.compose(number_, phone().book.opened(), typed_);
  typed_.clear();
  write_on_ = true;
  scrolled_ = 0;
}

// In the console's colours: what a real phone hides.
void PhoneScreen::draw_below(Rect area) {
  const Phone& shown = phone();
  const Rect inside = area.inset(em(kGap), 0);
  const Rect first = inside.top(em(1.8F));
  if (shown.logged_in && !shown.airplane) {
    circle({first.x + em(kSmallGap), first.cy()}, em_exact(0.3F), theme().ok_text);
  } else {
    const IconId glyph = shown.airplane ? IconId::kCovered : IconId::kWait;
    icon(glyph, {first.x + em(kSmallGap), first.cy()}, em(0.9F), theme().warn_text);
  }
  text({first.x + em(1.2F), first.cy()}, name(), style::value());
  text({first.right(), first.cy()}, tr_with(Str::kPhoneSyncKey, num::count(shown.key)),
       style::mono(), Align::kRight);
  const Rect second = inside.below_top(em(2.0F)).top(em(1.8F));
  const std::string words = !shown.trouble.empty() ? shown.trouble
                            : shown.unsent == 0
                                ? std::string(tr(Str::kPhoneNothingUnsent))
                                : tr_with(Str::kPhoneUnsent, num::count(shown.unsent));
  const float button_width = measure(tr(Str::kPhoneAirplane), style::caption()) + em(1.8F);
  const bool calm = shown.unsent == 0 && shown.trouble.empty();
  preview(second.beside_far(button_width + em(kGap)), words,
          calm ? style::caption() : style::coloured(style::caption(), theme().warn_text));
  ButtonLook look;
  look.active = shown.airplane;
  if (shown.airplane) look.tint = State::kWaiting;
  if (button("airplane", second.far(button_width), tr(Str::kPhoneAirplane), look)) {
    deck_.set_airplane(number_, !shown.airplane);
  }
}

}  // namespace glasspost::viz
