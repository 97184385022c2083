// The saving half of archive.hpp: turns fields into bytes, in one way only.
#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/base/ids.hpp"
#include "engine/base/paged.hpp"
#include "engine/base/time.hpp"

namespace glasspost {

// Writes fields into a ByteWriter. Two equal states always give the same bytes.
class Saver {
 public:
  explicit Saver(ByteWriter& out) : out_(out) {}

  template <class... T>
  void operator()(T&... fields) {
    (put(fields), ...);
  }

 private:
  template <std::integral T>
  void put(const T& value) {
    if constexpr (std::is_signed_v<T>) {
      // Zigzag: small numbers stay short on both sides of zero.
      const auto wide = static_cast<std::int64_t>(value);
      out_.varint(static_cast<std::uint64_t>(wide) << 1 ^ static_cast<std::uint64_t>(wide >> 63));
    } else {
      out_.varint(value);
    }
  }
  template <class T>
  requires std::is_enum_v<T>
  void put(const T& value) { put(static_cast<std::underlying_type_t<T>>(value)); }
  void put(const std::same_as<double> auto& value) {
    out_.u64(std::bit_cast<std::uint64_t>(value));
  }
  void put(const std::string& value) { out_.bytes(value); }
  void put(const Time& value) { put(to_us(value)); }
  void put(const Duration& value) { put(to_us(value)); }
  template <class Tag, class Rep>
  void put(const Id<Tag, Rep>& value) {
    put(value.value);
  }
  template <class A, class B>
  void put(const std::pair<A, B>& value) {
    put(value.first);
    put(value.second);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) {
      put(*value);
    }
  }
  template <class T, std::size_t n>
  void put(const std::array<T, n>& value) {
    for (const T& item : value) {
      put(item);
    }
  }
  template <class T>
  void put(const std::vector<T>& value) {
    put_all(value);
  }
  template <class T>
  void put(const std::deque<T>& value) {
    put_all(value);
  }
  template <class K, class V>
  void put(const std::map<K, V>& value) {
    put_all(value);
  }
  template <class K>
  void put(const std::set<K>& value) {
    put_all(value);
  }
  template <class T>
  void put(const PagedArray<T>& value) {
    out_.varint(value.size());
    for (std::size_t i = 0; i < value.size(); ++i) {
      put(value[i]);
    }
  }
  template <class K, class V>
  void put(const PagedMap<K, V>& value) {
    out_.varint(value.size());
    for (const auto& entry : value) {
      put(entry.key);
      put(entry.value);
    }
  }
  template <class T>
  requires requires(T& state, Saver& saver) { state.fields(saver); }
  void put(const T& value) {
    // fields() also serves loading and so cannot be const; a Saver only reads what it is given.
    const_cast<T&>(value).fields(*this);
  }

  template <class Container>
  void put_all(const Container& value) {
    out_.varint(value.size());
    for (const auto& item : value) {
      put(item);
    }
  }

  ByteWriter& out_;
};

}  // namespace glasspost
