// What one can do, by name and key: views register actions, the command palette (Ctrl P) lists
// them, keys run them. Pure: no ImGui.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::viz {

struct Action {
  std::string id;     // "view.map.select"; unique, a second add with it replaces the first
  std::string label;  // "Kill store-2", in the present language
  std::string key;    // "K", "Ctrl P", "F1", "Shift F5" or empty
  std::function<void()> run;
  std::function<std::string()> off_because;  // empty function or empty answer: can run now
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

 private:
  std::vector<Action> all_;
};

}  // namespace glasspost::viz
