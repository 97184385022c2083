// The last number of every user of a section, in blocks of 4,096 users. A block with few awake
// users keeps (place, number) pairs in order of place; one with many is a plain array. So a section
// in which everybody is awake costs about 8 bytes a user, and one in which hardly anybody is costs
// about 20 bytes an awake user and nothing for those who sleep (WF 3.11: not 32 GiB for all).
// Blocks are shared by copies of the table and copied when one of them changes.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/archive.hpp"
#include "engine/base/paged.hpp"

namespace glasspost {

class LastNumbers {
 public:
  // The last number at this place of the section; 0: none was ever set.
  std::uint64_t at(std::size_t place) const {
    const std::size_t block = place / kPlaces;
    if (block >= blocks_.size()) return 0;
    return blocks_[block].at(place % kPlaces);
  }

  // REQUIRES: number > 0.
  void set(std::size_t place, std::uint64_t number) {
    assert(number > 0);
    const std::size_t block = place / kPlaces;
    if (block >= blocks_.size()) blocks_.resize(block + 1);
    blocks_[block].set(place % kPlaces, number);
  }

  void clear() { blocks_ = {}; }

  // Calls f(place, number) for every place that was set, in rising order of place.
  template <class F>
  void for_each(F f) const {
    for (std::size_t block = 0; block < blocks_.size(); ++block) {
      for (const auto& [place, number] : blocks_[block].pairs())
        f(block * kPlaces + place, number);
    }
  }

  template <class Archive>
  void fields(Archive& archive) {
    archive(blocks_);
  }

 private:
  static constexpr std::size_t kPlaces = 4'096;
  // From here on the array is not much larger than the pairs, and quicker.
  static constexpr std::size_t kPairsMax = kPlaces / 2;
  using Pair = std::pair<std::uint16_t, std::uint64_t>;

  // Two vectors, because a vector of pairs would need 16 bytes each.
  struct Items {
    std::vector<std::uint16_t> places;   // rising; empty: `numbers` is the array
    std::vector<std::uint64_t> numbers;  // one a place, or kPlaces of them

    bool dense() const { return numbers.size() == kPlaces; }
  };

  class Block {
   public:
    std::uint64_t at(std::size_t place) const {
      if (items_ == nullptr) return 0;
      if (items_->dense()) return items_->numbers[place];
      const auto found = find(*items_, place);
      if (found == items_->places.end() || *found != place) return 0;
      return items_->numbers[static_cast<std::size_t>(found - items_->places.begin())];
    }

    void set(std::size_t place, std::uint64_t number) {
      Items& items = make_unshared(items_);
      if (!items.dense() && items.places.size() == kPairsMax) spread(items);
      if (items.dense()) {
        items.numbers[place] = number;
        return;
      }
      const auto found = find(items, place);
      const auto index = found - items.places.begin();
      if (found != items.places.end() && *found == place) {
        items.numbers[static_cast<std::size_t>(index)] = number;
        return;
      }
      items.places.insert(found, static_cast<std::uint16_t>(place));
      items.numbers.insert(items.numbers.begin() + index, number);
    }

    std::vector<Pair> pairs() const {
      std::vector<Pair> all;
      for (std::size_t i = 0; items_ != nullptr && i < items_->numbers.size(); ++i) {
        const std::size_t place = items_->dense() ? i : items_->places[i];
        if (items_->numbers[i] > 0) all.emplace_back(place, items_->numbers[i]);
      }
      return all;
    }

    // Saved as pairs in either form: equal tables give equal bytes.
    template <class Archive>
    void fields(Archive& archive) {
      std::vector<Pair> all;
      if constexpr (std::is_same_v<Archive, Saver>) {
        all = pairs();
        archive(all);
      } else {
        archive(all);
        if (!take(all)) archive.refuse("places of a block in rising order, with their numbers");
      }
    }

   private:
    // Replaces all by what was saved. False: nobody saves such pairs.
    bool take(const std::vector<Pair>& saved) {
      items_.reset();
      std::size_t next = 0;
      for (const auto& [place, number] : saved) {
        if (place < next || place >= kPlaces || number == 0) return false;
        set(place, number);
        next = std::size_t{place} + 1;
      }
      return true;
    }

    static std::vector<std::uint16_t>::const_iterator find(const Items& items, std::size_t place) {
      return std::lower_bound(items.places.begin(), items.places.end(), place);
    }

    static void spread(Items& items) {
      std::vector<std::uint64_t> array(kPlaces);
      for (std::size_t i = 0; i < items.places.size(); ++i)
        array[items.places[i]] = items.numbers[i];
      items = {{}, std::move(array)};
    }

    std::shared_ptr<Items> items_;  // null: nobody here is awake
  };

  std::vector<Block> blocks_;  // by place / kPlaces
};

}  // namespace glasspost
