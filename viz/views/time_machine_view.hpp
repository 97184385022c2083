// The time machine: where the picture stands in time, what happened when, and the way to go
// anywhere. It stops the picture, never a server.
#pragma once

#include <string>
#include <vector>

#include "viz/model/film.hpp"
#include "viz/scene/time_line.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/view.hpp"

namespace glasspost::viz {

class TimeMachineView final : public View {
 public:
  TimeMachineView(Film& film, Player& player) : film_(film), player_(player) {}

  [[nodiscard]] std::string_view id() const override { return "time-machine"; }
  [[nodiscard]] std::string title() const override;
  [[nodiscard]] std::string question() const override;
  [[nodiscard]] bool framed() const override { return false; }
  void draw(Rect area, ViewContext& context) override;
  void add_actions(Actions& actions) override;
  [[nodiscard]] std::string describe() const override;

 private:
  [[nodiscard]] double seconds_of(Time time) const;
  [[nodiscard]] Time time_of(double seconds) const;
  void toggle();
  void faster(double factor);
  void pin();
  void step_selected();

  // "live", "film" or "empty"; a recording is never live.
  [[nodiscard]] Str standing() const;
  void draw_transport(Rect area);
  void draw_silhouette(Rect bar, const TimeLine& line) const;
  void draw_faults(Rect bar, const TimeLine& line) const;
  void draw_ticks(Rect area, const TimeLine& line) const;
  void draw_marks(Rect bar, const TimeLine& line) const;
  void draw_playhead(Rect bar, const TimeLine& line) const;
  void drag(Rect bar, const TimeLine& line);

  Film& film_;
  Player& player_;
  std::vector<Mark> pins_;
  bool dragging_ = false;
  std::string selected_;          // the process that is selected
  Mode mode_ = Mode::kSimulated;  // of what is looked at, as the last frame told it
};

}  // namespace glasspost::viz
