// The ordered table of paged.hpp: a root that lists the pages by their first keys, and pages
// that are sorted vectors. A B+ tree of just two levels.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "engine/base/paged_array.hpp"

namespace glasspost {

// A table ordered by K, which needs only operator<. Entries can be read in place and changed
// only through edit, put and erase. Any change of a table invalidates its iterators, references
// and pointers, also those from an earlier edit; changes of its copies do not.
template <class K, class V>
class PagedMap {
 public:
  struct Entry {
    K key;
    V value;
  };
  class const_iterator;

  std::size_t size() const { return root_ ? root_->size : 0; }
  bool empty() const { return size() == 0; }
  void clear() { root_.reset(); }

  // The value, or null.
  const V* find(const K& key) const {
    const const_iterator at = lower_bound(key);
    return at == end() || key < at->key ? nullptr : &at->value;
  }

  bool contains(const K& key) const { return find(key) != nullptr; }

  // The value, to be changed; V{} is put in first when there is none.
  V& edit(const K& key) {
    Root& root = make_unshared(root_);
    if (root.slots.empty()) {
      return insert_page(root, 0, Entry{key, V{}}).value;
    }
    const std::size_t number = page_of(root, key);
    Page& page = make_unshared(root.slots[number].page);
    const std::size_t index = index_of(page, key);
    if (index < page.size() && !(key < page[index].key)) {
      return page[index].value;
    }
    return insert(root, number, index, Entry{key, V{}}).value;
  }

  // Sets the value, whether or not there was one.
  void put(const K& key, V value) { edit(key) = std::move(value); }

  // Removes the entry. False when there was none.
  bool erase(const K& key) {
    if (!contains(key)) {
      return false;
    }
    Root& root = make_unshared(root_);
    const std::size_t number = page_of(root, key);
    Slot& slot = root.slots[number];
    Page& page = make_unshared(slot.page);
    page.erase(page.begin() + distance(index_of(page, key)));
    --root.size;
    if (page.empty()) {
      root.slots.erase(root.slots.begin() + distance(number));
    } else {
      slot.first = page.front().key;
    }
    return true;
  }

  // Removes every entry whose key is `key` or lower.
  void erase_up_to(const K& key) {
    if (empty() || key < begin()->key) return;
    Root& root = make_unshared(root_);
    const std::size_t number = page_of(root, key);
    for (std::size_t before = 0; before < number; ++before)
      root.size -= root.slots[before].page->size();
    root.slots.erase(root.slots.begin(), root.slots.begin() + distance(number));
    Slot& slot = root.slots.front();
    Page& page = make_unshared(slot.page);
    const auto after =
        std::upper_bound(page.begin(), page.end(), key,
                         [](const K& wanted, const Entry& entry) { return wanted < entry.key; });
    root.size -= static_cast<std::size_t>(after - page.begin());
    page.erase(page.begin(), after);
    if (page.empty()) {
      root.slots.erase(root.slots.begin());
    } else {
      slot.first = page.front().key;
    }
  }

  // In the order of the keys.
  const_iterator begin() const { return const_iterator(root_.get(), 0, 0); }
  const_iterator end() const { return const_iterator(root_.get(), page_count(), 0); }

  // The first entry whose key is `key` or greater.
  const_iterator lower_bound(const K& key) const {
    if (empty()) {
      return end();
    }
    const std::size_t number = page_of(*root_, key);
    return at_or_next(number, index_of(*root_->slots[number].page, key));
  }

  // The first entry whose key is greater than `key`.
  const_iterator upper_bound(const K& key) const {
    const_iterator at = lower_bound(key);
    if (at != end() && !(key < at->key)) {
      ++at;
    }
    return at;
  }

  // The entry with the greatest key below `key`, or null.
  const Entry* last_below(const K& key) const {
    if (empty()) {
      return nullptr;
    }
    std::size_t number = page_of(*root_, key);
    std::size_t index = index_of(*root_->slots[number].page, key);
    if (index == 0) {
      if (number == 0) {
        return nullptr;
      }
      --number;
      index = root_->slots[number].page->size();
    }
    return &(*root_->slots[number].page)[index - 1];
  }

  // The entry with the greatest key, or null.
  const Entry* last() const { return empty() ? nullptr : &root_->slots.back().page->back(); }

 private:
  static constexpr std::size_t kPerPage = std::max(kMinPageItems, kPageBytes / sizeof(Entry));
  using Page = std::vector<Entry>;  // in key order, never empty

  // The first key is repeated here so that finding a page touches no other page.
  struct Slot {
    K first;
    std::shared_ptr<Page> page;
  };

  struct Root {
    std::vector<Slot> slots;
    std::size_t size = 0;
  };

  static std::ptrdiff_t distance(std::size_t index) { return static_cast<std::ptrdiff_t>(index); }

  std::size_t page_count() const { return root_ ? root_->slots.size() : 0; }

  // The page on which `key` is or would be put. REQUIRES: there is a page.
  static std::size_t page_of(const Root& root, const K& key) {
    const auto after =
        std::upper_bound(root.slots.begin(), root.slots.end(), key,
                         [](const K& wanted, const Slot& slot) { return wanted < slot.first; });
    const auto number = static_cast<std::size_t>(after - root.slots.begin());
    return number == 0 ? 0 : number - 1;
  }

  // The first place on the page whose key is not below `key`.
  static std::size_t index_of(const Page& page, const K& key) {
    const auto at =
        std::lower_bound(page.begin(), page.end(), key,
                         [](const Entry& entry, const K& wanted) { return entry.key < wanted; });
    return static_cast<std::size_t>(at - page.begin());
  }

  const_iterator at_or_next(std::size_t number, std::size_t index) const {
    const bool past_page = index == root_->slots[number].page->size();
    return past_page ? const_iterator(root_.get(), number + 1, 0)
                     : const_iterator(root_.get(), number, index);
  }

  // Puts a page that holds just this entry before page `number`.
  static Entry& insert_page(Root& root, std::size_t number, Entry entry) {
    auto page = std::make_shared<Page>();
    Slot slot{entry.key, page};
    page->push_back(std::move(entry));
    root.slots.insert(root.slots.begin() + distance(number), std::move(slot));
    ++root.size;
    return page->front();
  }

  // Puts an entry at its place on a page, making room if need be. REQUIRES: the page is unshared.
  static Entry& insert(Root& root, std::size_t number, std::size_t index, Entry entry) {
    if (root.slots[number].page->size() >= kPerPage) {
      // Keys mostly arrive in ascending order: then the full page stays full.
      if (index == kPerPage) {
        return insert_page(root, number + 1, std::move(entry));
      }
      split(root, number);
      const std::size_t half = root.slots[number].page->size();
      if (index > half) {
        ++number;
        index -= half;
      }
    }
    Slot& slot = root.slots[number];
    Page& page = *slot.page;
    page.insert(page.begin() + distance(index), std::move(entry));
    slot.first = page.front().key;
    ++root.size;
    return page[index];
  }

  // Moves the upper half of a page to a new page after it. REQUIRES: the page is unshared.
  static void split(Root& root, std::size_t number) {
    Page& page = *root.slots[number].page;
    auto upper = std::make_shared<Page>();
    const auto middle = page.begin() + distance(page.size() / 2);
    upper->assign(std::make_move_iterator(middle), std::make_move_iterator(page.end()));
    page.erase(middle, page.end());
    Slot slot{upper->front().key, std::move(upper)};
    root.slots.insert(root.slots.begin() + distance(number + 1), std::move(slot));
  }

  std::shared_ptr<Root> root_;  // null while nothing was ever put in
};

// Walks the entries in key order.
template <class K, class V>
class PagedMap<K, V>::const_iterator {
 public:
  using iterator_category = std::forward_iterator_tag;
  using value_type = Entry;
  using difference_type = std::ptrdiff_t;
  using pointer = const Entry*;
  using reference = const Entry&;

  const_iterator() = default;

  const Entry& operator*() const { return page()[index_]; }
  const Entry* operator->() const { return &**this; }

  const_iterator& operator++() {
    ++index_;
    if (index_ == page().size()) {
      ++number_;
      index_ = 0;
    }
    return *this;
  }
  const_iterator operator++(int) {
    const const_iterator before = *this;
    ++*this;
    return before;
  }

  bool operator==(const const_iterator& other) const {
    assert(root_ == other.root_);
    return number_ == other.number_ && index_ == other.index_;
  }

 private:
  friend class PagedMap;

  const_iterator(const Root* root, std::size_t number, std::size_t index)
      : root_(root), number_(number), index_(index) {}

  const Page& page() const {
    assert(root_ != nullptr && number_ < root_->slots.size());
    return *root_->slots[number_].page;
  }

  const Root* root_ = nullptr;
  std::size_t number_ = 0;
  std::size_t index_ = 0;
};

}  // namespace glasspost
