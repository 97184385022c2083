// Each overlay is an ImGui window of its own, so that clicks do not reach what lies below.
#include "viz/app/overlays.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <imgui.h>

#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr std::size_t kRows = 10;
constexpr float kHelpHead = 3.4F;  // em, above the keys
constexpr float kHelpFoot = 3.2F;  // ... and below

// Opens a bare window over the whole screen with a box in it; the caller ends it.
bool begin_overlay(const char* name, Rect window, Rect box) {
  ImGui::SetNextWindowPos({window.x, window.y});
  ImGui::SetNextWindowSize({window.w, window.h});
  const bool visible =
      ImGui::Begin(name, nullptr,
                   ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                       ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground);
  shadow(box, em(kPanelRound));
  fill(box, theme().card, em(kPanelRound));
  border(box, theme().line_2, em(kPanelRound));
  return visible;
}

bool clicked_outside(Rect box) {
  const ImVec2 mouse = ImGui::GetMousePos();
  return ImGui::IsMouseClicked(0) && !box.contains(mouse.x, mouse.y);
}

// As the window of keys shows it: + and = are one key.
std::string keys_of(const Action& action) {
  return action.key.ends_with('+') ? action.key + " =" : action.key;
}

bool pressed(ImGuiKey key) {
  return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key));
}

struct KeyLine {
  std::string keys, what;
};
std::vector<KeyLine> key_lines(const Actions& actions) {
  std::vector<KeyLine> lines{{"Tab", std::string(tr(Str::kHelpMove))},
                             {"\u2190 \u2191 \u2192 \u2193", std::string(tr(Str::kHelpArrows))},
                             {"Enter", std::string(tr(Str::kHelpPress))},
                             {"Esc", std::string(tr(Str::kHelpClose))}};
  for (const Action& action : actions.all()) {
    if (!action.key.empty()) lines.push_back({keys_of(action), action.label});
  }
  return lines;
}

// Within a scrolled list: it holds nothing that the keyboard could walk to.
void scroll_by_keys() {
  const float page = ImGui::GetWindowHeight() - em(kRowHeight);
  float by = 0;
  if (pressed(ImGuiKey_DownArrow)) by += em(kRowHeight);
  if (pressed(ImGuiKey_UpArrow)) by -= em(kRowHeight);
  if (pressed(ImGuiKey_PageDown)) by += page;
  if (pressed(ImGuiKey_PageUp)) by -= page;
  if (by == 0) return;
  ImGui::SetScrollY(std::clamp(ImGui::GetScrollY() + by, 0.0F, ImGui::GetScrollMaxY()));
}

}  // namespace

void Palette::open(std::string query) {
  open_ = true;
  take_focus_ = true;
  query_ = std::move(query);
  chosen_ = 0;
}

void Palette::rows(Rect list, const std::vector<const Action*>& found, Actions& actions) {
  std::string run;
  for (std::size_t i = 0; i < found.size() && i < kRows; ++i) {
    const Action& action = *found[i];
    const Rect row{list.x, list.y + static_cast<float>(i) * em(kRowHeight), list.w, em(kRowHeight)};
    const Item of = row_button(action.id, row, i == chosen_);
    const std::string why = action.off_because ? action.off_because() : std::string();
    const ImU32 ink = why.empty() ? theme().text : theme().text_3;
    float right = row.right() - em(kGap);
    if (!action.key.empty()) {
      right -= kbd_width(action.key);
      kbd({right, row.cy()}, action.key);
      right -= em(kGap);
    }
    const std::string words = why.empty() ? action.label : action.label + "  \u2013  " + why;
    text_in({row.x + em(kGap), row.y, right - row.x - em(kGap), row.h}, words,
            {Step::kSmall, Face::kRegular, ink});
    const bool entered = i == chosen_ && pressed(ImGuiKey_Enter);
    if ((of.pressed || entered) && why.empty()) run = action.id;
  }
  if (run.empty()) return;
  open_ = false;
  for (const Action& action : actions.all()) {
    if (action.id != run) continue;
    if (action.run) actions.run(action);
    return;
  }
}

void Palette::draw(Rect window, Actions& actions) {
  if (!open_) return;
  const std::vector<const Action*> found = actions.find(query_);
  const std::size_t count = std::max<std::size_t>(std::min(found.size(), kRows), 1);
  const float width = std::min(em(40), window.w - 2 * em(kSection));
  const float height = em(3.6F) + static_cast<float>(count) * em(kRowHeight);
  const Rect box{window.cx() - width / 2, window.y + em(4), width, height};
  if (begin_overlay("palette", window, box)) {
    const Rect inside = box.inset(em(kCardPad));
    const FieldLook look{tr(Str::kFindOrDo), IconId::kFind, "Esc", take_focus_};
    if (text_field("query", inside.top(em(2)), query_, look).changed) chosen_ = 0;
    take_focus_ = false;
    const std::size_t last = count - 1;
    if (pressed(ImGuiKey_DownArrow)) chosen_ = std::min(chosen_ + 1, last);
    if (pressed(ImGuiKey_UpArrow) && chosen_ > 0) --chosen_;
    chosen_ = std::min(chosen_, last);
    const Rect list = inside.below_top(em(2) + em(kHalfGap));
    if (found.empty()) {
      text({list.x + em(kGap), list.y + em(kRowHeight) / 2}, tr(Str::kNothingFound),
           style::caption());
    }
    rows(list, found, actions);
    if (pressed(ImGuiKey_Escape) || clicked_outside(box)) open_ = false;
  }
  ImGui::End();
}

void HelpPage::draw(Rect window, const Actions& actions) {
  if (!open_) return;
  const std::vector<KeyLine> lines = key_lines(actions);
  const float width = std::min(em(56), window.w - 2 * em(kGap));
  const int columns = width > em(44) ? 2 : 1;
  const std::size_t rows = (lines.size() + columns - 1) / static_cast<std::size_t>(columns);
  const float wanted = static_cast<float>(rows) * em(kRowHeight);
  // In a low window the keys scroll between title and button.
  const float height = std::min(em(kHelpHead) + wanted + em(kHelpFoot), window.h - 2 * em(kGap));
  const Rect box{window.cx() - width / 2, window.cy() - height / 2, width, height};
  whole_ = box.x >= window.x && box.y >= window.y && height > em(kHelpHead) + em(kHelpFoot);
  if (begin_overlay("help", window, box)) {
    const Rect inside = box.inset(em(kWide));
    text({inside.x, inside.y + em(0.6F)}, tr(Str::kHelpKeys), style::lead());
    const Rect place = inside.below_top(em(1.7F)).above_low(em(2.4F));
    const Rect list = begin_scroll("keys", place, wanted);
    scroll_by_keys();
    for (std::size_t index = 0; index < lines.size(); ++index) {
      const Rect column = list.column(static_cast<int>(index / rows), columns, em(kSection));
      const float y = list.y + static_cast<float>(index % rows) * em(kRowHeight);
      kbd({column.x, y + em(1)}, lines[index].keys);
      text_in({column.x + em(6.5F), y, column.w - em(6.5F), em(2)}, lines[index].what,
              style::explanation());
    }
    end_scroll();
    const Rect close{inside.right() - em(8), inside.bottom() - em(2), em(8), em(2)};
    if (button("close", close, tr(Str::kClose)) || pressed(ImGuiKey_Escape) ||
        clicked_outside(box)) {
      open_ = false;
    }
  }
  ImGui::End();
}

void Caption::set(std::string words, std::size_t step, std::size_t steps) {
  words_ = std::move(words);
  count_ = tr_with(Str::kTourStep, std::to_string(step), std::to_string(steps));
}

bool Caption::draw(Rect window) {
  if (words_.empty()) return false;
  const std::string_view skip_word = tr(Str::kTourSkip);
  const float skip_width = measure(skip_word, style::name()) + 2 * em(kWide);
  const float width = std::min(em(64), window.w - 2 * em(kSection));
  const TextStyle words{Step::kLead, Face::kSemibold, theme().text};
  const float text_width = width - skip_width - 3 * em(kWide);
  const float height = std::max(em(4.2F), paragraph_height(text_width, words_, words) + em(2.6F));
  const float low = em(kTimeMachineHeight) + 2 * em(kSection);
  const Rect box{window.cx() - width / 2, window.bottom() - low - height, width, height};
  ImGui::SetNextWindowPos({box.x, box.y});
  ImGui::SetNextWindowSize({box.w, box.h});
  ImGui::Begin("caption", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoFocusOnAppearing | ImGuiWindowFlags_NoSavedSettings);
  fill(box, theme().card_hi, em(kPanelRound));
  border(box, theme().focus, em(kPanelRound), 2);
  const Rect inside = box.inset(em(kWide), em(kGap));
  text({inside.x, inside.y + em(0.6F)}, count_, style::axis());
  paragraph({inside.x, inside.y + em(1.3F), text_width, inside.h - em(1.2F)}, words_, words);
  const Rect place{inside.right() - skip_width, inside.cy() - em(1.1F), skip_width, em(2.2F)};
  const bool skip = button("skip", place, skip_word);
  ImGui::End();
  return skip;
}

}  // namespace glasspost::viz
