// Cards of choices.
#include "viz/views/board_view.hpp"

#include <algorithm>
#include <cmath>

#include "viz/widgets/choice_words.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr double kRefusalStays = 8;  // seconds

std::string amount(double value, Unit unit) {
  switch (unit) {
    case Unit::kMillis:
      if (value > 0 && value < 0.05) return "< 0.1 ms";
      return num::fixed(value, 1) + " ms";
    case Unit::kRate:
      if (value > 0 && value < 0.05) return "< 0.1 /s";
      return num::rate(value < 10 ? std::round(value * 10) / 10 : std::round(value));
    case Unit::kCount:
      return num::fixed(value, value < 10 ? 1 : 0);
    case Unit::kSeconds:
      return num::secs(value, value > 0 && value < 0.095 ? 2 : 1);
  }
  return {};
}

// Why nothing is compared yet.
std::string lack_of(const Quantity& quantity) {
  switch (quantity.lack) {
    case Lack::kTime:
      return tr_with(Str::kBoardLacksTime, num::fixed(std::ceil(quantity.lacking), 0) + " s");
    case Lack::kTexts:
      return tr_with(Str::kBoardLacksTexts, num::fixed(quantity.lacking, 0));
    case Lack::kWatch:
      return std::string(tr(Str::kBoardLacksWatch));
    case Lack::kSample:
      return tr_with(Str::kBoardLacksSample, num::fixed(quantity.lacking, 0));
    case Lack::kNothing:
      return {};
  }
  return {};
}

// What the formula was fed with: "rows 22 /s, devices of a user 2.0".
std::string inputs_of(const Quantity& quantity) {
  std::string inputs;
  for (const InputValue& input : quantity.inputs) {
    if (input.unit == Unit::kMillis && input.value < 0.005) continue;
    const std::string value = input.unit == Unit::kMillis ? num::fixed(input.value, 2) + " ms"
                                                          : amount(input.value, input.unit);
    inputs += (inputs.empty() ? "" : ", ") + std::string(tr(word_of(input.what))) + " " + value;
  }
  return inputs;
}

// The formula, its inputs; or why it must wait.
std::string why_of(const BoardCard& choice) {
  const Quantity& quantity = *choice.quantity;
  std::string words(tr(choice_words(choice.key).formula));
  if (quantity.lack != Lack::kNothing) return words + ". " + lack_of(quantity);
  if (!quantity.inputs.empty()) words += ". " + tr_with(Str::kBoardInputs, inputs_of(quantity));
  if (too_quiet(quantity)) words += " " + std::string(tr(Str::kBoardQuiet));
  if (choice.key == "delivery.ack") words += " " + std::string(tr(Str::kBoardMedians));
  return words;
}

// What a person can read about a value: what is measured of it, or why it is not yet, in a word.
std::string measured_words(const Quantity& quantity) {
  if (quantity.lack == Lack::kSample) return std::string(tr(Str::kSheetSampled));
  if (quantity.lack != Lack::kNothing) return std::string(tr(Str::kBoardMeasuring));
  if (!quantity.measured) return std::string(tr(Str::kBoardNotMeasured));
  return amount(*quantity.measured, quantity.unit);
}

}  // namespace

std::string BoardView::title() const {
  return std::string(tr(Str::kBoard));
}
std::string BoardView::question() const {
  return std::string(tr(Str::kBoardQuestion));
}

std::string BoardView::notice(double seconds) {
  if (refused_at_ < 0) refused_at_ = seconds;
  if (seconds - refused_at_ > kRefusalStays) refused_.clear();
  if (player_.back() && !driver_.only_looks()) return std::string(tr(Str::kBoardBack));
  return refused_;
}

void BoardView::draw(Rect area, ViewContext& context) {
  if (const std::string words = notice(context.seconds); !words.empty()) {
    const TextStyle look = style::coloured(style::caption(), theme().warn_text);
    const float height = paragraph_height(area.w, words, look);
    paragraph(area.top(height), words, look);
    area = area.below_top(height + em(kHalfGap));
  }
  const std::vector<BoardCard> cards = board_cards(player_.model());
  const float height = em(6.7F);
  const float pitch = height + em(kHalfGap);
  const Rect content =
      begin_scroll("cards", area, pitch * static_cast<float>(cards.size()) - em(kHalfGap));
  Rect rect = content.top(height);
  for (const BoardCard& choice : cards) {
    ImGui::PushID(choice.key.c_str());
    draw_card(rect, choice);
    ImGui::PopID();
    rect.y += pitch;
  }
  end_scroll();
}

void BoardView::add_actions(Actions& actions) {
  actions.remove("choice.");
  for (const BoardCard& choice : board_cards(player_.model())) {
    for (const std::string& value : choice.offers) {
      actions.add({"choice." + choice.key + "." + value,
                   tr_with(Str::kBoardSet, choice.key, value),
                   {},
                   [this, key = choice.key, value] { driver_.set_choice(key, value); },
                   [this, key = choice.key] { return driver_.no_choice_because(key); },
                   std::string(id())});
    }
  }
}

void BoardView::draw_card(Rect rect, const BoardCard& choice) {
  const Rect inside = card(rect);
  const ChoiceWords& words = choice_words(choice.key);
  const Rect head = inside.top(em(1.2F));
  const Item name = item("name", head, em(kPillRound));
  text({head.x, head.cy()}, choice.key, style::coloured(style::mono(), theme().text));
  if (choice.gives_up.empty()) {
    text({head.right(), head.cy()}, tr(words.applies), style::axis(), Align::kRight);
  } else {
    const std::string unsafe = tr_with(Str::kBoardGivesUp, choice.gives_up);
    const PillLook look{theme().warn_text, theme().warn};
    pill({head.right() - pill_width(unsafe, look), head.cy()}, unsafe, look);
  }
  draw_options({inside.x, head.bottom() + em(kSmallGap), inside.w, em(1.6F)}, choice);
  const float y = inside.y + em(3.85F);
  const float size = em(0.7F);
  icon(IconId::kGain, {inside.x + size / 2, y}, size, theme().text_2);
  const float gained = text({inside.x + em(1), y}, tr(words.gains), style::axis());
  const float second = inside.x + em(1) + gained + em(kWide);
  icon(IconId::kCost, {second + size / 2, y}, size, theme().text_2);
  text({second + em(1), y}, tr(words.costs), style::axis());
  tell_choice(name, choice);
  if (!choice.quantity) return;
  hline(inside.x, inside.right(), inside.y + em(4.55F), theme().line);
  draw_quantity({inside.x, inside.y + em(4.7F), inside.w, em(1.2F)}, choice);
}

// What the choice trades, what an unsafe option gives up.
void BoardView::tell_choice(const Item& name, const BoardCard& choice) {
  const ChoiceWords& words = choice_words(choice.key);
  Tip shown;
  shown.what = choice.key;
  shown.value = choice.value;
  shown.why = tr(words.trades);
  if (words.gives_up != Str::kEnd) shown.why += ". " + std::string(tr(words.gives_up));
  const std::string off = driver_.no_choice_because(choice.key);
  if (!off.empty()) shown.why += ". " + tr_with(Str::kBoardOff, off);
  tip(name, shown);
}

void BoardView::draw_options(Rect row, const BoardCard& choice) {
  const std::string off = driver_.no_choice_because(choice.key);
  std::vector<std::string> options = choice.offers;
  auto found = std::find(options.begin(), options.end(), choice.value);
  if (found == options.end() && !choice.value.empty()) {
    options.push_back(choice.value);  // somebody set it elsewhere to something else
    found = std::prev(options.end());
  }
  int selected = static_cast<int>(found - options.begin());
  const int before = selected;
  if (!segmented("options", row, options, selected) || selected == before) return;
  if (!off.empty()) {
    refused_ = tr_with(Str::kBoardOff, off);
    refused_at_ = -1;
    return;
  }
  driver_.set_choice(choice.key, options[static_cast<std::size_t>(selected)]);
}

void BoardView::draw_quantity(Rect row, const BoardCard& choice) const {
  const Quantity& quantity = *choice.quantity;
  const std::string_view quantity_name = tr(choice_words(choice.key).quantity);
  const bool off = off_formula(quantity);
  const Item here = item("quantity", row, em(kPillRound));
  text({row.x, row.cy()}, quantity_name, style::axis());
  const TextStyle value{Step::kMicro, Face::kMedium, off ? theme().warn_text : theme().text};
  float x = row.right();
  if (quantity.measured) {
    x -= text({x, row.cy()}, amount(*quantity.measured, quantity.unit), value, Align::kRight);
    x -= text({x - em(kHalfGap), row.cy()}, tr(Str::kMeasured), style::axis(), Align::kRight);
  } else {
    x -= text({x, row.cy()}, measured_words(quantity), style::axis(), Align::kRight);
  }
  x -= em(1.4F);
  if (quantity.predicted) {
    std::string words = amount(*quantity.predicted, quantity.unit);
    if (quantity.bound && !words.starts_with('<')) words = num::bound(words);
    const TextStyle formula{Step::kMicro, Face::kMedium, theme().text};
    x -= text({x, row.cy()}, words, formula, Align::kRight);
    text({x - em(kHalfGap), row.cy()}, tr(Str::kFormula), style::axis(), Align::kRight);
  }
  Tip shown;
  shown.what = choice.key + ", " + std::string(quantity_name);
  shown.value = measured_words(quantity);
  shown.why = why_of(choice);
  tip(here, shown);
}

std::string BoardView::describe() const {
  std::string words;
  for (const BoardCard& choice : board_cards(player_.model())) {
    words += choice.key + " = " + choice.value;
    if (!choice.gives_up.empty()) words += ", " + tr_with(Str::kBoardGivesUp, choice.gives_up);
    if (choice.quantity) {
      words += ", " + std::string(tr(choice_words(choice.key).quantity)) + " " +
               measured_words(*choice.quantity);
    }
    words += "\n";
  }
  return words;
}

}  // namespace glasspost::viz
