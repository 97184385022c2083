// Registered actions, found by a fuzzy search.
#include "viz/widgets/actions.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace glasspost::viz {
namespace {

constexpr int kOnePiece = 1'000;

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

// How well `label` answers `query`: -1 not at all. A letter that begins a word counts 8, one that
// follows the letter before counts 4, any other 1; all of it in one piece counts more than that.
int score(std::string_view label, std::string_view query) {
  int sum = 0;
  std::size_t at = 0;
  std::size_t last = label.size();
  for (const char wanted : query) {
    if (wanted == ' ') continue;
    while (at < label.size() && lower(label[at]) != lower(wanted))
      ++at;
    if (at == label.size()) return -1;
    const bool begins = at == 0 || label[at - 1] == ' ' || label[at - 1] == '-';
    const bool follows = last + 1 == at;
    sum += begins ? 8 : (follows ? 4 : 1);
    last = at++;
  }
  const auto piece = std::search(label.begin(), label.end(), query.begin(), query.end(),
                                 [](char a, char b) { return lower(a) == lower(b); });
  return piece == label.end() ? sum : sum + kOnePiece;
}

bool can_run(const Action& action) {
  return action.run && (!action.off_because || action.off_because().empty());
}

}  // namespace

void Actions::add(Action action) {
  const auto same = std::find_if(all_.begin(), all_.end(),
                                 [&](const Action& known) { return known.id == action.id; });
  if (same != all_.end()) {
    *same = std::move(action);
  } else {
    all_.push_back(std::move(action));
  }
}

void Actions::remove(std::string_view prefix) {
  std::erase_if(all_, [&](const Action& action) { return action.id.starts_with(prefix); });
}

std::vector<const Action*> Actions::find(std::string_view query) const {
  std::vector<std::pair<int, const Action*>> found;
  for (const Action& action : all_) {
    const int points = score(action.label, query);
    if (points >= 0) found.emplace_back(points, &action);
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const Action*> result;
  result.reserve(found.size());
  for (const auto& [points, action] : found)
    result.push_back(action);
  return result;
}

void Actions::run(const Action& action) const {
  // A copy: running it may add or remove actions.
  const Action copy = action;
  if (!copy.view.empty() && reveal_) reveal_(copy.view);
  copy.run();
}

bool Actions::press(std::string_view key) const {
  for (const Action& action : all_) {
    if (!key.empty() && action.key == key && can_run(action)) {
      run(action);
      return true;
    }
  }
  return false;
}

}  // namespace glasspost::viz
