// Nine rows, or the red card.
#include "viz/views/promises_view.hpp"

#include <algorithm>
#include <array>

#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr std::array<Str, kPromiseCount> kSentences{Str::kPromise1, Str::kPromise2, Str::kPromise3,
                                                    Str::kPromise4, Str::kPromise5, Str::kPromise6,
                                                    Str::kPromise7, Str::kPromise8, Str::kPromise9};

std::string_view sentence(const PromiseView& promise) {
  return tr(kSentences[static_cast<std::size_t>(promise.number - 1)]);
}

struct StandingLook {
  IconId icon = IconId::kCheck;
  ImU32 colour = 0;
  Str word = Str::kPromiseHold;
};

StandingLook look_of(Standing standing) {
  switch (standing) {
    case Standing::kHolds:
      return {IconId::kCheck, theme().ok_text, Str::kPromiseHold};
    case Standing::kWaits:
      return {IconId::kWait, theme().warn_text, Str::kPromiseWait};
    case Standing::kCannotTell:
      return {IconId::kHelp, theme().text_3, Str::kPromiseCannotTell};
    case Standing::kBroken:
      return {IconId::kCross, theme().bad_text, Str::kPromiseBroken};
  }
  return {};
}

std::size_t count(const PromiseBoard& board, Standing standing) {
  return static_cast<std::size_t>(
      std::count_if(board.all.begin(), board.all.end(),
                    [standing](const PromiseView& one) { return one.standing == standing; }));
}

std::string sum(const PromiseBoard& board) {
  std::string words;
  for (const Standing standing :
       {Standing::kHolds, Standing::kWaits, Standing::kCannotTell, Standing::kBroken}) {
    const std::size_t promises = count(board, standing);
    if (promises == 0 && standing != Standing::kBroken) continue;
    if (!words.empty()) words += " \u00b7 ";
    words += num::count(promises) + " " + std::string(tr(look_of(standing).word));
  }
  return words;
}

}  // namespace

std::string PromisesView::title() const {
  return std::string(tr(Str::kPromises));
}
std::string PromisesView::question() const {
  return std::string(tr(Str::kPromisesQuestion));
}

// Of the instant that is shown, like every other view.
const PromiseBoard& PromisesView::shown() const {
  return film_.promises_at(player_.now());
}

void PromisesView::draw(Rect area, ViewContext&) {
  const PromiseBoard& board = shown();
  const Rect foot = area.low(em(kTextRowHeight));
  const Rect above = area.above_low(em(kTextRowHeight) + em(kSmallGap));
  float cards = 0;
  for (const PromiseView& promise : board.all) {
    if (promise.standing != Standing::kBroken) continue;
    cards += broken_card_height(above.w, card_of(promise)) + em(kGap);
  }
  // Without a card the rows share what room there is; below cards they keep a size that is read.
  const float pitch = cards > 0 ? em(1.7F) : std::min(em(1.95F), above.h / kPromiseCount);
  Rect place = begin_scroll("promises", above, cards + pitch * kPromiseCount);
  for (const PromiseView& promise : board.all) {
    if (promise.standing != Standing::kBroken) continue;
    const BrokenPromise what = card_of(promise);
    const float height = broken_card_height(place.w, what);
    draw_broken(place.top(height), promise, what);
    place = place.below_top(height + em(kGap));
  }
  Rect row = place.top(pitch);
  for (const PromiseView& promise : board.all) {
    draw_row(row, promise);
    row.y += pitch;
  }
  end_scroll();
  text({foot.x, foot.cy()}, sum(board), style::value());
  const std::string facts =
      tr_with(Str::kPromiseFacts, num::amount(static_cast<double>(board.facts)));
  if (measure(sum(board), style::value()) + measure(facts, style::caption()) + em(1) < foot.w) {
    text({foot.right(), foot.cy()}, facts, style::caption(), Align::kRight);
  }
}

void PromisesView::draw_row(Rect row, const PromiseView& promise) const {
  const StandingLook look = look_of(promise.standing);
  ImGui::PushID(promise.number);
  const Item here = item("promise", row, em(kPillRound));
  icon(look.icon, {row.x + em(0.5F), row.cy()}, em(0.9F), look.colour);
  text({row.x + em(1.7F), row.cy()}, num::whole(promise.number), style::caption());
  const bool told = promise.standing == Standing::kHolds;
  std::string end;
  if (told) {
    const Duration age = std::max(Duration(0), player_.now() - promise.judged_at);
    end = num::span(static_cast<double>(to_us(age)) / 1e6);
  } else {
    end = std::string(tr(look.word));
  }
  const TextStyle end_style =
      style::coloured(style::caption(), told ? theme().text_3 : look.colour);
  const float end_width = text({row.right(), row.cy()}, end, end_style, Align::kRight);
  const Rect words{row.x + em(2.7F), row.y, row.w - em(2.7F) - end_width - em(kGap), row.h};
  text_in(words, sentence(promise),
          style::coloured(style::explanation(), told ? theme().text : theme().text_2));
  Tip shown;
  shown.what = std::string(sentence(promise));
  shown.value = std::string(tr(look.word));
  shown.value_colour = look.colour;
  shown.why = promise.reason.empty() ? tr_with(Str::kPromiseFacts, num::count(promise.judged))
                                     : promise.reason;
  tip(here, shown);
  ImGui::PopID();
}

BrokenPromise PromisesView::card_of(const PromiseView& promise) const {
  BrokenPromise what;
  what.sentence = promise.reason;
  what.promise = tr_with(Str::kPromiseNumber, num::whole(promise.number), sentence(promise));
  for (const Fact& fact : promise.witnesses) {
    if (what.witnesses.size() == 2) break;
    const double at = static_cast<double>(fact.time_us - to_us(film_.silhouette_begins())) / 1e6;
    what.witnesses.push_back(num::secs(at, 3) + "  " + Model::role_name(fact.role));
  }
  return what;
}

void PromisesView::draw_broken(Rect area, const PromiseView& promise, const BrokenPromise& what) {
  ImGui::PushID(promise.number);
  if (broken_card(area, what)) {
    player_.pause();
    player_.seek(promise.broken_at);
  }
  ImGui::PopID();
}

std::string PromisesView::describe() const {
  const PromiseBoard& board = shown();
  std::string words = sum(board);
  for (const PromiseView& promise : board.all) {
    words += "\n" + num::whole(promise.number) + " " +
             std::string(tr(look_of(promise.standing).word)) + ": " +
             std::string(sentence(promise));
    if (!promise.reason.empty()) words += " (" + promise.reason + ")";
  }
  return words;
}

}  // namespace glasspost::viz
