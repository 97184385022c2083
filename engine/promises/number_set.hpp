// A set of numbers kept as ranges. What a device has shown of a conversation is nearly always one
// unbroken run, so a long history costs a promise one range instead of one entry a message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>

namespace glasspost {

class NumberSet {
 public:
  bool contains(std::uint64_t number) const {
    const auto after = ranges_.upper_bound(number);
    return after != ranges_.begin() && std::prev(after)->second >= number;
  }

  void add(std::uint64_t number) {
    if (contains(number)) return;
    std::uint64_t last = number;
    auto after = ranges_.upper_bound(number);
    if (after != ranges_.end() && after->first == number + 1) {
      last = after->second;
      after = ranges_.erase(after);
    }
    if (after != ranges_.begin() && std::prev(after)->second + 1 == number) {
      std::prev(after)->second = last;
    } else {
      ranges_.emplace(number, last);
    }
  }

  // How many unbroken runs there are.
  std::size_t runs() const { return ranges_.size(); }

 private:
  std::map<std::uint64_t, std::uint64_t> ranges_;  // first -> last; ranges never touch
};

}  // namespace glasspost
