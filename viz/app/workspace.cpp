// Drawing of views in panels, of tabs, and the two kinds of workspaces.
#include "viz/app/workspace.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <imgui.h>

#include "viz/scene/layout.hpp"
#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {
namespace {

constexpr float kLowestForTime = 26;  // em

void draw_nothing(Rect rect) {
  backdrop(rect, theme().panel, em(kPanelRound));
  border(rect, theme().line, em(kPanelRound));
  empty_state(rect.inset(em(kPad)), IconId::kShow, tr(Str::kNoViewYet), {});
}

// The index of a view, for tabs that are to show it.
void show_in(const std::vector<View*>& views, const std::string& wanted, int& shown) {
  for (std::size_t index = 0; index < views.size(); ++index) {
    if (views[index]->id() == wanted) shown = static_cast<int>(index);
  }
}

// Draws the enlarged view alone, if it is one of these. False when there is none.
bool draw_enlarged(const std::vector<View*>& views, Rect area, Stage& stage) {
  for (View* view : views) {
    if (view->id() == stage.enlarged) {
      draw_view(*view, area, stage);
      return true;
    }
  }
  return false;
}

}  // namespace

void draw_view(View& view, Rect rect, Stage& stage) {
  if (rect.empty()) return;
  const std::string id(view.id());
  stage.drawn.push_back(id);
  if (!view.framed()) {
    ImGui::PushID(id.c_str());
    view.draw(rect, stage.context);
    ImGui::PopID();
    return;
  }
  const std::string title = view.title();
  const std::string question = view.question();
  PanelLook look{id, title, question};
  look.pinned = stage.pinned.contains(id);
  look.simulated = view.simulated();
  const PanelBox box = begin_panel(rect, look);
  view.draw(box.content, stage.context);
  end_panel();
  if (box.pin && stage.pinned.erase(id) == 0) stage.pinned.insert(id);
  if (box.enlarge) stage.enlarged = stage.enlarged == id ? std::string() : id;
  if (box.more) stage.ask_palette = title + " ";
}

void draw_tabbed(const std::vector<View*>& views, Rect rect, int& shown, Stage& stage) {
  if (views.empty()) return draw_nothing(rect);
  shown = std::clamp(shown, 0, static_cast<int>(views.size()) - 1);
  if (views.size() > 1) {
    std::vector<std::string> titles;
    titles.reserve(views.size());
    for (const View* view : views)
      titles.push_back(view->title());
    ImGui::PushID(views.front());
    tabs("places", rect.top(em(kControlHeight)), titles, shown);
    ImGui::PopID();
    rect = rect.below_top(em(kControlHeight) + em(kHalfGap));
  }
  draw_view(*views.at(static_cast<std::size_t>(shown)), rect, stage);
}

void ExploreWorkspace::add(Place place, std::unique_ptr<View> view) {
  places_.at(static_cast<std::size_t>(place)).push_back(std::move(view));
}

View* ExploreWorkspace::time_machine() const {
  const std::vector<View*> views = of(Place::kTime);
  return views.empty() ? nullptr : views.front();
}

std::string ExploreWorkspace::title() const {
  return std::string(tr(Str::kExplore));
}

std::vector<View*> ExploreWorkspace::of(Place place) const {
  std::vector<View*> result;
  for (const auto& view : places_.at(static_cast<std::size_t>(place)))
    result.push_back(view.get());
  return result;
}

std::vector<View*> ExploreWorkspace::views() const {
  std::vector<View*> result;
  for (const auto& place : places_) {
    for (const auto& view : place)
      result.push_back(view.get());
  }
  return result;
}

void ExploreWorkspace::draw_place(Place place, Rect rect, Stage& stage) {
  int& shown = shown_.at(static_cast<std::size_t>(place));
  show_in(of(place), revealed_, shown);
  draw_tabbed(of(place), rect, shown, stage);
}

void ExploreWorkspace::draw(Rect area, Stage& stage) {
  const ExplorePlan plan = explore_plan(area, em_exact());
  draw_place(Place::kTime, plan.time, stage);
  if (draw_enlarged(views(), split_time(area, em_exact()).above, stage)) return;
  if (plan.map_row) draw_place(Place::kMap, plan.map, stage);
  if (plan.left_column) {
    draw_place(Place::kBoard, plan.board, stage);
    draw_place(Place::kFaults, plan.faults, stage);
  }
  if (plan.right_column) {
    draw_place(Place::kPromises, plan.promises, stage);
    draw_place(Place::kMessage, plan.message, stage);
  }
  if (plan.right_column && plan.map_row) {
    draw_place(Place::kField, plan.field, stage);
    draw_place(Place::kMetrics, plan.metrics, stage);
    revealed_.clear();
    return;
  }
  std::vector<View*> tabbed;
  const auto join = [&](Place place) {
    for (View* view : of(place))
      tabbed.push_back(view);
  };
  if (!plan.map_row) join(Place::kMap);
  join(Place::kField);
  join(Place::kMetrics);
  if (!plan.right_column) {
    join(Place::kPromises);
    join(Place::kMessage);
  }
  if (!plan.left_column) {
    join(Place::kBoard);
    join(Place::kFaults);
  }
  show_in(tabbed, std::exchange(revealed_, {}), shown_in_tabs_);
  draw_tabbed(tabbed, plan.field, shown_in_tabs_, stage);
}

void GridWorkspace::add(std::unique_ptr<View> view, Rect share) {
  cells_.push_back({std::move(view), share});
}

std::vector<View*> GridWorkspace::views() const {
  std::vector<View*> result;
  for (const Cell& cell : cells_)
    result.push_back(cell.view.get());
  return result;
}

void GridWorkspace::draw(Rect area, Stage& stage) {
  // In a very low window the workspace's own views need all of it.
  if (time_machine_ != nullptr && area.h >= em(kLowestForTime)) {
    const TimeSplit split = split_time(area, em_exact());
    draw_view(*time_machine_, split.time, stage);
    area = split.above;
  }
  if (cells_.empty()) return draw_nothing(area);
  if (draw_enlarged(views(), area, stage)) return;
  const float gap = em(kGap);
  for (const Cell& cell : cells_) {
    // Each cell gives half a gap to each inner edge: the outer edges meet the area's.
    const Rect s = cell.share;
    const Rect rect{std::floor(area.x + s.x * (area.w + gap)),
                    std::floor(area.y + s.y * (area.h + gap)),
                    std::floor(s.w * (area.w + gap)) - gap, std::floor(s.h * (area.h + gap)) - gap};
    draw_view(*cell.view, rect, stage);
  }
}

}  // namespace glasspost::viz
