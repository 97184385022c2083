// What lies over everything: the command palette (Ctrl P) and the help page.
#pragma once

#include <string>

#include "viz/scene/rect.hpp"
#include "viz/widgets/actions.hpp"

namespace glasspost::viz {

class Palette {
 public:
  void open(std::string query);
  void close() { open_ = false; }
  [[nodiscard]] bool is_open() const { return open_; }
  // Draws itself over the window and runs what is chosen.
  void draw(Rect window, Actions& actions);

 private:
  void rows(Rect list, const std::vector<const Action*>& found, Actions& actions);

  bool open_ = false;
  bool take_focus_ = false;
  std::string query_;
  std::size_t chosen_ = 0;
};

class HelpPage {
 public:
  void toggle() { open_ = !open_; }
  void close() { open_ = false; }
  [[nodiscard]] bool is_open() const { return open_; }
  void draw(Rect window, const Actions& actions);
  // Whether it stood within the window in the last frame, its button with it.
  [[nodiscard]] bool whole() const { return whole_; }

 private:
  bool open_ = false;
  bool whole_ = false;
};

// Words of a guide, in a band above the lower edge.
class Caption {
 public:
  void set(std::string words, std::size_t step, std::size_t steps);
  [[nodiscard]] bool stands() const { return !words_.empty(); }
  // True when "skip" was pressed.
  bool draw(Rect window);

 private:
  std::string words_;
  std::string count_;
};

}  // namespace glasspost::viz
