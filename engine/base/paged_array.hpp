// The array of paged.hpp, and what its tables have in common: pages shared by reference
// count and copied when one of several owners changes them.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace glasspost {

// About this many bytes of items go on one page: small enough to copy at every change after
// a table was copied, large enough that the list of pages stays short.
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::size_t kMinPageItems = 16;

// Makes `shared` this owner's alone, copying what it points to if somebody else holds it too,
// and creating it if there is none.
template <class T>
T& make_unshared(std::shared_ptr<T>& shared) {
  if (!shared) {
    shared = std::make_shared<T>();
  } else if (shared.use_count() > 1) {
    shared = std::make_shared<T>(*shared);
  }
  return *shared;
}

// An array that grows at its end. References last until the next change of the same table.
template <class T>
class PagedArray {
  static_assert(!std::is_same_v<T, bool>, "std::vector<bool> has no references; use uint8_t");

 public:
  std::size_t size() const { return root_ ? root_->size : 0; }
  bool empty() const { return size() == 0; }

  // REQUIRES: index < size().
  const T& operator[](std::size_t index) const {
    assert(index < size());
    return (*root_->pages[index / kPerPage])[index % kPerPage];
  }

  // The item, to be changed. REQUIRES: index < size().
  T& edit(std::size_t index) {
    assert(index < size());
    return make_unshared(make_unshared(root_).pages[index / kPerPage])[index % kPerPage];
  }

  void push_back(T item) {
    Root& root = make_unshared(root_);
    if (root.size % kPerPage == 0) {
      root.pages.emplace_back();
    }
    make_unshared(root.pages.back()).push_back(std::move(item));
    ++root.size;
  }

  // Drops items from the end, or appends T{} until there are `size` of them.
  void resize(std::size_t size) {
    if (size == this->size()) {
      return;
    }
    Root& root = make_unshared(root_);
    const std::size_t old_pages = root.pages.size();
    root.pages.resize((size + kPerPage - 1) / kPerPage);
    // Only the last page that was kept and the pages that are new change their length.
    std::size_t page = std::min(old_pages, root.pages.size());
    for (page -= page > 0 ? 1 : 0; page < root.pages.size(); ++page) {
      make_unshared(root.pages[page]).resize(std::min(kPerPage, size - page * kPerPage));
    }
    root.size = size;
  }

  void clear() { root_.reset(); }

 private:
  static constexpr std::size_t kPerPage = std::max(kMinPageItems, kPageBytes / sizeof(T));
  using Page = std::vector<T>;

  struct Root {
    std::vector<std::shared_ptr<Page>> pages;  // all full but the last, none empty
    std::size_t size = 0;
  };

  std::shared_ptr<Root> root_;  // null while nothing was ever put in
};

}  // namespace glasspost
