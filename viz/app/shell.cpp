// One root window of ImGui over the whole screen; everything is drawn into it, overlays excepted.
#include "viz/app/shell.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <imgui.h>

#include "viz/app/keys.hpp"
#include "viz/scene/layout.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

constexpr std::array kScales{0.75F, 0.9F, 1.0F, 1.1F, 1.25F, 1.5F, 1.75F, 2.0F, 2.5F, 3.0F};

// On most keyboards + is the shifted = key: with and without Shift it is one key, named "+".
std::string without_shift_of_plus(const std::string& key) {
  constexpr std::string_view kShifted = "Shift +";
  if (!key.ends_with(kShifted)) return key;
  return key.substr(0, key.size() - kShifted.size()) + "+";
}

void begin_root(Rect window) {
  ImGui::SetNextWindowPos({window.x, window.y});
  ImGui::SetNextWindowSize({window.w, window.h});
  ImGui::Begin("console", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove |
                   ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
}

void next_theme() {
  set_theme(theme().name == ThemeName::kDark
                ? ThemeName::kLight
                : (theme().name == ThemeName::kLight ? ThemeName::kProjector : ThemeName::kDark));
}

}  // namespace

Shell::Shell() {
  auto explore = std::make_unique<ExploreWorkspace>();
  explore_ = explore.get();
  workspaces_.push_back(std::move(explore));
  actions_.on_reveal([this](const std::string& view) { reveal(view); });
}

void Shell::add(std::unique_ptr<Workspace> workspace) {
  workspaces_.push_back(std::move(workspace));
}

void Shell::show(std::string_view workspace_id) {
  for (std::size_t i = 0; i < workspaces_.size(); ++i) {
    if (workspaces_[i]->id() == workspace_id) present_ = i;
  }
  stage_.enlarged.clear();
}

void Shell::reveal(const std::string& view) {
  const auto has = [&view](const Workspace& workspace) {
    const std::vector<View*> views = workspace.views();
    return std::any_of(views.begin(), views.end(),
                       [&view](const View* one) { return one->id() == view; });
  };
  if (!has(present())) {
    const auto other = std::find_if(workspaces_.begin(), workspaces_.end(),
                                    [&has](const auto& workspace) { return has(*workspace); });
    if (other == workspaces_.end()) return;
    present_ = static_cast<std::size_t>(other - workspaces_.begin());
  }
  if (stage_.enlarged != view) stage_.enlarged.clear();
  present().reveal(view);
}

void Shell::step_scale(int steps) {
  std::size_t nearest = 0;
  for (std::size_t i = 0; i < kScales.size(); ++i) {
    if (std::fabs(kScales.at(i) - scale()) < std::fabs(kScales.at(nearest) - scale())) nearest = i;
  }
  const auto last = static_cast<int>(kScales.size()) - 1;
  const int to = std::clamp(static_cast<int>(nearest) + steps, 0, last);
  set_scale(kScales.at(static_cast<std::size_t>(to)));
}

void Shell::add_own_actions() {
  const auto add = [this](const char* id, Str label, const char* key, std::function<void()> run) {
    actions_.add({id, std::string(tr(label)), key, std::move(run), {}});
  };
  for (const auto& workspace : workspaces_) {
    const std::string id(workspace->id());
    actions_.add({"go." + id,
                  tr_with(Str::kGoTo, workspace->title()),
                  std::string(workspace->key()),
                  [this, id] { show(id); },
                  {}});
  }
  add("find", Str::kFindOrDo, "Ctrl P", [this] { open_palette({}); });
  add("help", Str::kHelp, "Shift /", [this] { help_.toggle(); });
  add("theme", Str::kSwitchTheme, "", next_theme);
  add("language", Str::kSwitchLanguage, "", [this] {
    set_language(language() == Language::kEnglish ? Language::kChinese : Language::kEnglish);
    register_actions();
  });
  add("text.larger", Str::kTextLarger, "Ctrl +", [this] { step_scale(1); });
  add("text.smaller", Str::kTextSmaller, "Ctrl -", [this] { step_scale(-1); });
  add("text.usual", Str::kTextUsual, "Ctrl 0", [] { set_scale(1); });
  add("motion", Str::kReduceMotion, "",
      [this] { stage_.context.reduced_motion = !stage_.context.reduced_motion; });
  add("quit", Str::kQuit, "Ctrl Q", [this] { close_ = true; });
}

void Shell::show_caption(std::string words, std::size_t step, std::size_t steps) {
  caption_.set(std::move(words), step, steps);
}

void Shell::register_actions() {
  add_own_actions();
  for (const auto& workspace : workspaces_) {
    for (View* view : workspace->views())
      view->add_actions(actions_);
  }
}

void Shell::open_palette(std::string query) {
  register_actions();
  palette_.open(std::move(query));
}

void Shell::obey_keys() {
  for (const std::string& key : pressed_keys()) {
    if (key == "Tab") walk_focus(1);
    if (key == "Shift Tab") walk_focus(-1);
    if (palette_.is_open() || help_.is_open()) continue;  // they read their keys themselves
    if (key == "Escape" && !stage_.enlarged.empty()) {
      stage_.enlarged.clear();
      continue;
    }
    if (key == "Escape" && caption_.stands()) skip_ = true;
    actions_.press(without_shift_of_plus(key));
  }
}

void Shell::obey(const BarDeeds& deeds) {
  if (!deeds.go_to.empty()) show(deeds.go_to);
  if (deeds.find) open_palette({});
  if (deeds.help) help_.toggle();
  if (deeds.theme) next_theme();
  if (deeds.language) {
    set_language(language() == Language::kEnglish ? Language::kChinese : Language::kEnglish);
    register_actions();
  }
}

std::vector<BarEntry> Shell::bar_entries() const {
  std::vector<BarEntry> entries;
  for (const auto& workspace : workspaces_) {
    if (workspace->key().empty()) continue;
    entries.push_back({std::string(workspace->id()), workspace->title(),
                       std::string(workspace->key()), present().parent() == workspace->id()});
  }
  return entries;
}

bool Shell::draw(const ViewContext& context) {
  const bool still = stage_.context.reduced_motion;
  stage_.context = context;
  stage_.context.reduced_motion = still;
  stage_.context.mode = status_.mode;
  stage_.context.quality = status_.quality;
  stage_.context.selection = &selection_;
  stage_.context.actions = &actions_;
  stage_.context.animating = false;
  stage_.drawn.clear();
  obey_keys();

  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const Rect window{0, 0, size.x, size.y};
  begin_root(window);
  const bool bar = present().with_status_bar();
  if (bar) obey(bar_.draw(window.top(em(kStatusHeight)), status_, bar_entries()));
  const Rect area = bar ? work_area(size.x, size.y, em_exact()) : window.inset(em(kGap));
  present().draw(area, stage_);
  ImGui::End();

  if (!stage_.ask_palette.empty()) open_palette(std::exchange(stage_.ask_palette, {}));
  palette_.draw(window, actions_);
  help_.draw(window, actions_);
  if (caption_.draw(window)) skip_ = true;
  return stage_.context.animating;
}

}  // namespace glasspost::viz
