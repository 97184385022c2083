// The shell: status bar, the present workspace, overlays; theme, language and scale; keys. It knows
// no source of data: who adds one fills status() and gives views to explore() or add().
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "viz/app/overlays.hpp"
#include "viz/app/status_bar.hpp"
#include "viz/app/workspace.hpp"

namespace glasspost::viz {

class Shell {
 public:
  Shell();

  [[nodiscard]] ExploreWorkspace& explore() { return *explore_; }
  // The order of adding is the order in the status bar; Explore comes first.
  void add(std::unique_ptr<Workspace> workspace);
  void show(std::string_view workspace_id);
  [[nodiscard]] Workspace& present() const { return *workspaces_.at(present_); }

  [[nodiscard]] StatusLine& status() { return status_; }
  [[nodiscard]] Actions& actions() { return actions_; }
  [[nodiscard]] Selection& selection() { return selection_; }
  // Ids of the views that were drawn in the last frame.
  [[nodiscard]] const std::vector<std::string>& drawn_views() const { return stage_.drawn; }
  [[nodiscard]] bool shows_help() const { return help_.is_open(); }
  // What must always be readable: the badge of the mode, and the keys while they are shown.
  [[nodiscard]] bool badge_whole() const { return bar_.badge_whole(); }
  [[nodiscard]] bool keys_whole() const { return help_.whole(); }
  [[nodiscard]] bool shows_palette() const { return palette_.is_open(); }
  [[nodiscard]] bool wants_to_close() const { return close_; }
  void close() { close_ = true; }

  // Words of a guide over the picture, until they are empty. take_skip: somebody has had enough.
  void show_caption(std::string words, std::size_t step, std::size_t steps);
  [[nodiscard]] bool take_skip() { return std::exchange(skip_, false); }

  // When all views are in: registers their actions and its own. Again when the language changes.
  void register_actions();
  // One frame within ImGui's. `context.seconds` and `.textures` are given, the rest is filled in.
  // Returns true when a view wants the next frame at once.
  bool draw(const ViewContext& context);

 private:
  void add_own_actions();
  void obey_keys();
  void obey(const BarDeeds& deeds);
  // With what can be done now: processes and their standing have changed since the last time.
  void open_palette(std::string query);
  void step_scale(int steps);
  // Shows the workspace that has this view, and the view in it.
  void reveal(const std::string& view);
  [[nodiscard]] std::vector<BarEntry> bar_entries() const;

  std::vector<std::unique_ptr<Workspace>> workspaces_;
  ExploreWorkspace* explore_ = nullptr;  // within workspaces_
  std::size_t present_ = 0;
  StatusLine status_;
  StatusBar bar_;
  Actions actions_;
  Selection selection_;
  Stage stage_;
  Palette palette_;
  HelpPage help_;
  Caption caption_;
  bool skip_ = false;
  bool close_ = false;
};

}  // namespace glasspost::viz
