// Workspaces: which views are on the screen, and where. Explore has fixed places; a grid has cells
// (for arrangements such as the storm or the ledger); each is a Workspace to the shell.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "viz/widgets/view.hpp"

namespace glasspost::viz {

// What the shell keeps for all workspaces.
struct Stage {
  ViewContext context;
  std::string enlarged;            // id of the view that has the whole workspace; empty: none
  std::set<std::string> pinned;    // ids of views
  std::string ask_palette;         // not empty: open the palette with this query
  std::vector<std::string> drawn;  // ids of the views of this frame
};

// One view in its panel; handles pin, enlarge and more.
void draw_view(View& view, Rect rect, Stage& stage);
// Several views in one place: tabs above the panel. `shown` is the index of the visible one.
void draw_tabbed(const std::vector<View*>& views, Rect rect, int& shown, Stage& stage);

class Workspace {
 public:
  virtual ~Workspace() = default;
  [[nodiscard]] virtual std::string_view id() const = 0;
  [[nodiscard]] virtual std::string title() const = 0;
  // "F1": it stands in the status bar. Empty: the palette alone leads there.
  [[nodiscard]] virtual std::string_view key() const { return {}; }
  // The workspace of the status bar that is marked while this one shows.
  [[nodiscard]] virtual std::string_view parent() const { return id(); }
  [[nodiscard]] virtual bool with_status_bar() const { return true; }
  [[nodiscard]] virtual std::vector<View*> views() const = 0;
  virtual void draw(Rect area, Stage& stage) = 0;
  // From the next frame on this view of it is not behind another one's tab.
  virtual void reveal(const std::string&) {}
};

// The places of Explore. A place with several views shows tabs; one without says that it waits.
enum class Place : std::uint8_t {
  kBoard,
  kFaults,
  kMap,
  kField,
  kMetrics,
  kPromises,
  kMessage,
  kTime
};
inline constexpr int kPlaces = 8;

class ExploreWorkspace : public Workspace {
 public:
  void add(Place place, std::unique_ptr<View> view);
  // The time machine lies below other workspaces, too.
  [[nodiscard]] View* time_machine() const;

  [[nodiscard]] std::string_view id() const override { return "explore"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string_view key() const override { return "F1"; }
  [[nodiscard]] std::vector<View*> views() const override;
  void draw(Rect area, Stage& stage) override;
  void reveal(const std::string& view) override { revealed_ = view; }

 private:
  [[nodiscard]] std::vector<View*> of(Place place) const;
  void draw_place(Place place, Rect rect, Stage& stage);

  std::array<std::vector<std::unique_ptr<View>>, kPlaces> places_;
  std::array<int, kPlaces> shown_{};
  int shown_in_tabs_ = 0;
  std::string revealed_;  // a view that is to be shown; empty: none
};

// Cells as shares of the area above the time machine: {0, 0, 0.5, 1} is the left half.
class GridWorkspace : public Workspace {
 public:
  struct Cell {
    std::unique_ptr<View> view;
    Rect share;
  };
  GridWorkspace(std::string id, std::function<std::string()> title, std::string key)
      : id_(std::move(id)), title_(std::move(title)), key_(std::move(key)) {}
  void add(std::unique_ptr<View> view, Rect share);
  void below(View* time_machine) { time_machine_ = time_machine; }  // not owned; may be null

  [[nodiscard]] std::string_view id() const override { return id_; }
  [[nodiscard]] std::string title() const override { return title_(); }
  [[nodiscard]] std::string_view key() const override { return key_; }
  [[nodiscard]] std::string_view parent() const override {
    return key_.empty() ? std::string_view("explore") : std::string_view(id_);
  }
  [[nodiscard]] std::vector<View*> views() const override;
  void draw(Rect area, Stage& stage) override;

 private:
  std::string id_;
  std::function<std::string()> title_;
  std::string key_;
  std::vector<Cell> cells_;
  View* time_machine_ = nullptr;
};

}  // namespace glasspost::viz
