// Painting one conversation of a phone: bubbles from the bottom up, with their ticks.
#include <algorithm>

#include <imgui.h>

#include "viz/views/phone_parts.hpp"
#include "viz/views/phone_screen.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/phone_skin.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/wrap.hpp"

namespace glasspost::viz {

void PhoneScreen::draw_thread(Rect area, ViewContext& context) {
  const Thread* thread = phone().book.find(phone().book.opened());
  const Clip clip(area);
  const TextStyle faint{Step::kMicro, Face::kRegular, skin::kFaint};
  if (thread == nullptr || thread->bubbles.empty()) {
    text({area.cx(), area.cy()}, tr(Str::kPhoneEmptyChat), faint, Align::kCentre);
    return;
  }
  const ImGuiIO& io = ImGui::GetIO();
  const int count = static_cast<int>(thread->bubbles.size());
  if (area.contains(io.MousePos.x, io.MousePos.y)) scrolled_ += static_cast<int>(io.MouseWheel);
  scrolled_ = std::clamp(scrolled_, 0, count - 1);
  float bottom = area.bottom() - em(kGap);
  for (int index = count - 1 - scrolled_; index >= 0 && bottom > area.y; --index) {
    bottom = draw_bubble(area, bottom, *thread, thread->bubbles[static_cast<std::size_t>(index)],
                         context);
  }
  if (bottom > area.y && thread->cut > 0) {
    text({area.cx(), bottom - em(kWide)}, tr_with(Str::kPhoneOlder, num::count(thread->cut)), faint,
         Align::kCentre);
  }
}

// Draws upwards from `bottom`; returns where the bubble above it ends.
float PhoneScreen::draw_bubble(Rect area, float bottom, const Thread& thread, const Bubble& bubble,
                               ViewContext& context) {
  const bool own = bubble.sender == user_of(phone().book.self());
  const TextStyle style{Step::kLabel, Face::kRegular, skin::kText};
  const float side = em(2.2F);
  const float widest = area.w - 2 * side - 4 * em(kPad);
  const auto lines =
      wrap(bubble.text, widest, [&style](std::string_view part) { return measure(part, style); });
  float width = em(1.5F);
  for (const std::string_view one : lines)
    width = std::max(width, measure(one, style));
  const float leading = line_height(Step::kLabel);
  const float height = static_cast<float>(std::max<std::size_t>(lines.size(), 1)) * leading;
  const float below = own ? em(1.4F) : em(kSmallGap);
  Rect face{area.x + em(kPad), bottom - below - height - em(kPad), side, side};
  if (own) face.x = area.right() - em(kPad) - side;
  portrait(face, bubble.sender, name_of(bubble.sender));
  Rect rect{face.right() + em(kGap), face.y, width + 2 * em(kCardPad), height + em(kPad)};
  if (own) rect.x = face.x - em(kGap) - rect.w;
  fill(rect, own ? skin::kOwn : skin::kOther, em(kCardRound));

  const std::uint64_t trace = bubble.trace();
  ImGui::PushID(static_cast<int>(trace));
  const Item whole = item("bubble", rect, em(kCardRound));
  if (whole.pressed) context.selection->trace = trace;
  ImGui::PopID();
  if (const std::string boxes = cannot_be_drawn(bubble.text); !boxes.empty()) {
    tip(whole, {tr_with(Str::kPhoneBoxes, boxes), {}, 0, {}, {}});
  }
  if (context.selection->trace == trace) border(rect, skin::kSelected, em(kCardRound), 2);
  float y = rect.y + em(kHalfGap) + leading / 2;
  for (const std::string_view one : lines) {
    text({rect.x + em(kCardPad), y}, one, style);
    y += leading;
  }
  if (own) draw_state(rect, thread, bubble);
  return face.y - em(kPad);
}

// One tick: stored. Two: shown on every device of the other member that is logged in.
void PhoneScreen::draw_state(Rect rect, const Thread& thread, const Bubble& bubble) {
  std::string words;
  ImU32 colour = skin::kFaint;
  int ticks = 0;
  if (bubble.state == Bubble::State::kWaiting) {
    words = std::string(tr(Str::kPhoneSending));
    if (!bubble.note.empty()) words += ", " + bubble.note;
    colour = skin::kWaiting;
  } else if (bubble.state == Bubble::State::kRefused) {
    words = tr_with(Str::kPhoneRefused, bubble.note);
    colour = skin::kRefused;
  } else {
    const ShownOn shown = deck_.shown(thread.conversation, bubble.number);
    ticks = shown.on_all_that_are_in ? 2 : 1;
    words = shown.devices == 0
                ? std::string(tr(Str::kPhoneStored))
                : tr_with(Str::kPhoneShownOn, num::count(shown.devices), num::count(shown.of));
  }
  const TextStyle style{Step::kMicro, Face::kRegular, colour};
  const float y = rect.bottom() + em(0.75F);
  text({rect.right(), y}, words, style, Align::kRight);
  float x = rect.right() - measure(words, style) - em(kGap);
  for (int tick = 0; tick < ticks; ++tick) {
    icon(IconId::kCheck, {x, y}, em(0.8F), skin::kTick);
    x -= em(kHalfGap);
  }
}

}  // namespace glasspost::viz
