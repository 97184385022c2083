// The loading half of archive.hpp: reads back what a Saver wrote, and survives bytes that no
// Saver ever wrote.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/paged.hpp"
#include "engine/base/time.hpp"

namespace glasspost {

// Reads fields from a ByteReader. After the first violation it stores no further values;
// check ok() at the end and throw the state away if it is false.
//
// On hostile bytes it never holds more than a fixed multiple of the input: a count is refused
// unless that many bytes are left, so the items of a container must each save at least one
// byte. Types must not contain themselves. The value of an enum is the owner's to check.
class Loader {
 public:
  explicit Loader(ByteReader& in) : in_(in) {}

  template <class... T>
  void operator()(T&... fields) {
    (get(fields), ...);
  }

  bool ok() const { return problem_.empty(); }

  // What was expected and at which offset; empty while ok().
  const std::string& problem() const { return problem_; }

  // Refuses the input. For owners that check more than the format does. The first reason stays.
  void refuse(std::string_view expected) { refuse_at(in_.offset(), expected); }

 private:
  template <std::integral T>
  void get(T& value) {
    const std::size_t start = in_.offset();
    const std::uint64_t raw = get_varint();
    if constexpr (std::is_signed_v<T>) {
      const auto wide = static_cast<std::int64_t>(raw >> 1 ^ (0 - (raw & 1)));
      if (wide < std::numeric_limits<T>::min() || wide > std::numeric_limits<T>::max()) {
        refuse_at(start, "a number that fits its field");
      } else if (ok()) {
        value = static_cast<T>(wide);
      }
    } else {
      if (raw > std::uint64_t{std::numeric_limits<T>::max()}) {
        refuse_at(start, "a number that fits its field");
      } else if (ok()) {
        value = static_cast<T>(raw);
      }
    }
  }
  template <class T>
  requires std::is_enum_v<T>
  void get(T& value) {
    auto raw = static_cast<std::underlying_type_t<T>>(value);
    get(raw);
    value = static_cast<T>(raw);
  }
  void get(double& value) {
    const std::uint64_t bits = in_.u64();
    if (check_read("8 bytes of a double")) {
      value = std::bit_cast<double>(bits);
    }
  }
  void get(std::string& value) {
    const std::string_view bytes = in_.bytes();
    if (check_read("a string within the input")) {
      value = bytes;
    }
  }
  void get(Time& value) {
    std::int64_t us = to_us(value);
    get(us);
    value = time_from_us(us);
  }
  void get(Duration& value) {
    std::int64_t us = to_us(value);
    get(us);
    value = Duration(us);
  }
  template <class Tag, class Rep>
  void get(Id<Tag, Rep>& value) {
    get(value.value);
  }
  template <class A, class B>
  void get(std::pair<A, B>& value) {
    get(value.first);
    get(value.second);
  }
  template <class T>
  void get(std::optional<T>& value) {
    bool present = false;
    get(present);
    if (present) {
      get(value.emplace());
    } else if (ok()) {
      value.reset();
    }
  }
  template <class T, std::size_t n>
  void get(std::array<T, n>& value) {
    for (T& item : value) {
      get(item);
    }
  }
  template <class T>
  void get(std::vector<T>& value) {
    get_all(value);
  }
  template <class T>
  void get(std::deque<T>& value) {
    get_all(value);
  }
  template <class T>
  void get(PagedArray<T>& value) {
    get_all(value);
  }
  template <class K, class V>
  void get(std::map<K, V>& value) {
    value.clear();
    for (std::uint64_t left = get_count(); left > 0 && ok(); --left) {
      const std::size_t start = in_.offset();
      std::pair<K, V> item{};
      get(item);
      if (check_order(start, value.empty() || value.rbegin()->first < item.first)) {
        value.insert(value.end(), std::move(item));
      }
    }
  }
  template <class K>
  void get(std::set<K>& value) {
    value.clear();
    for (std::uint64_t left = get_count(); left > 0 && ok(); --left) {
      const std::size_t start = in_.offset();
      K key{};
      get(key);
      if (check_order(start, value.empty() || *value.rbegin() < key)) {
        value.insert(value.end(), std::move(key));
      }
    }
  }
  template <class K, class V>
  void get(PagedMap<K, V>& value) {
    value.clear();
    for (std::uint64_t left = get_count(); left > 0 && ok(); --left) {
      const std::size_t start = in_.offset();
      std::pair<K, V> item{};
      get(item);
      if (check_order(start, value.empty() || value.last()->key < item.first)) {
        value.put(item.first, std::move(item.second));
      }
    }
  }
  template <class T>
  requires requires(T& state, Loader& loader) { state.fields(loader); }
  void get(T& value) { value.fields(*this); }

  // Any sequence with push_back.
  template <class Sequence>
  void get_all(Sequence& value) {
    value.clear();
    for (std::uint64_t left = get_count(); left > 0 && ok(); --left) {
      std::remove_cvref_t<decltype(std::as_const(value)[0])> item{};
      get(item);
      value.push_back(std::move(item));
    }
  }

  std::uint64_t get_varint() {
    const std::uint64_t value = in_.varint();
    check_read("a varint");
    return value;
  }

  std::uint64_t get_count() {
    const std::size_t start = in_.offset();
    const std::uint64_t count = get_varint();
    if (count > in_.remaining()) {
      refuse_at(start, "a count no larger than the bytes left");
      return 0;
    }
    return count;
  }

  bool check_read(std::string_view expected) {
    if (!in_.ok()) {
      refuse_at(in_.offset(), expected);
    }
    return ok();
  }

  // Ascending keys, so that one table has one encoding.
  bool check_order(std::size_t start, bool ascending) {
    if (!ascending) {
      refuse_at(start, "a key greater than the one before");
    }
    return ok();
  }

  void refuse_at(std::size_t offset, std::string_view expected) {
    if (problem_.empty()) {
      problem_ = "at offset " + std::to_string(offset) + ": expected " + std::string(expected);
    }
  }

  ByteReader& in_;
  std::string problem_;
};

}  // namespace glasspost
