// What one can do, by name and key: views register actions, the command palette (Ctrl P) lists
// them, keys run them. Pure: no ImGui.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace glasspost::viz {

struct Action {
  std::string id;     // "view.map.select"; unique, a second add with it replaces the first
  std::string label;  // "Kill store-2", in the present language
  std::string key;    // "K", "Ctrl P", "F1", "Shift F5" or empty
  std::function<void()> run;
  std::function<std::string()> off_because;  // empty function or empty answer: can run now
  std::string view = {};  // what it does is seen in this view, which must not be hidden then
};

class Actions {
 public:
  void add(Action action);
  // Forgets every action whose id begins with `prefix`.
  void remove(std::string_view prefix);
  [[nodiscard]] const std::vector<Action>& all() const { return all_; }
  // Best first: every letter of the query must occur in order; beginnings of words count more.
  [[nodiscard]] std::vector<const Action*> find(std::string_view query) const;
  // Runs the action with this key, if there is one that can run now. False otherwise.
  bool press(std::string_view key) const;
  // Shows the action's view, if it has one, and runs it. REQUIRES: it can run.
  void run(const Action& action) const;
  // Who can bring a view to the front, by its id.
  void on_reveal(std::function<void(const std::string&)> reveal) { reveal_ = std::move(reveal); }

 private:
  std::function<void(const std::string&)> reveal_;
  std::vector<Action> all_;
};

}  // namespace glasspost::viz
