// The older part of a section's index, read back from the store: blocks of entries of one keeper (a
// conversation or a user), as checkpoints wrote them (checkpoint.hpp). An owner keeps in memory
// only the entries since its newest checkpoint, and a few blocks that somebody asked for.
#pragma once

#include <deque>
#include <optional>

#include "glasspost/v1/record.pb.h"

#include "engine/base/paged.hpp"
#include "engine/core/archive_message.hpp"
#include "engine/core/limits.hpp"

namespace glasspost {

// Blocks by (keeper, after). First in, first out, within limits::kCachedBlocksMax.
template <class Block>
class BlockCache {
 public:
  struct Found {
    std::uint64_t after = 0;
    const Block* block = nullptr;
  };

  // The block that holds the keeper's first entry above `number`, if it is here at all: whether it
  // reaches that far is for the caller to see.
  std::optional<Found> find(std::uint64_t keeper, std::uint64_t number) const {
    const auto* entry = blocks_.last_below({keeper, number + 1});
    if (entry == nullptr || entry->key.keeper != keeper) return {};
    return Found{entry->key.after, &entry->value.value};
  }

  // Parses a block that was read. A block of the same name that was here before was a part of it.
  void put(const v1::IndexBlock& read) {
    Block block;
    const bool whole = block.ParseFromString(read.entries());
    assert(whole && "a block of the index is damaged");
    const Key key{read.keeper(), read.after()};
    if (!blocks_.contains(key)) order_.push_back(key);
    blocks_.put(key, {std::move(block)});
    if (order_.size() <= limits::kCachedBlocksMax) return;
    blocks_.erase(order_.front());
    order_.pop_front();
  }

  template <class Archive>
  void fields(Archive& archive) {
    archive(blocks_, order_);
  }

 private:
  struct Key {
    std::uint64_t keeper = 0;
    std::uint64_t after = 0;

    auto operator<=>(const Key&) const = default;

    template <class Archive>
    void fields(Archive& archive) {
      archive(keeper, after);
    }
  };

  PagedMap<Key, Archived<Block>> blocks_;
  std::deque<Key> order_;
};

}  // namespace glasspost
