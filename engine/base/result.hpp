// The outcome of anything that can fail for reasons outside the program: a value, or an
// Error with a code for the caller and a message for the reader. Programmer mistakes are
// asserts instead, so a Result never reports a bug.
#pragma once

#include <cassert>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace glasspost {

enum class Code {
  kInvalidArgument,  // the request itself is wrong; repeating it cannot help
  kNotFound,
  kConflict,     // the state has moved on since the caller looked
  kUnavailable,  // not now; a retry may succeed
  kOverloaded,   // refused to protect the rest; retry later and slower
  kCorruption,   // stored or received bytes are not what was written
  kIo,
};

// The code in lower-case words, for example "invalid argument".
std::string_view to_string(Code code);

struct Error {
  Code code;
  std::string message;
};

// Holds either a T or an Error, never both and never neither.
template <class T>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Error{...};` should both read plainly.
  Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}

  // True when there is a value.
  explicit operator bool() const { return content_.index() == 0; }

  // The value. REQUIRES: there is one.
  const T& operator*() const {
    assert(content_.index() == 0);
    return *std::get_if<0>(&content_);
  }
  T& operator*() {
    assert(content_.index() == 0);
    return *std::get_if<0>(&content_);
  }
  const T* operator->() const { return &**this; }
  T* operator->() { return &**this; }

  // The value, to be moved from: `Thing thing = result.take();`. REQUIRES: there is one.
  T&& take() { return std::move(**this); }

  // The error. REQUIRES: there is no value.
  const Error& error() const {
    assert(content_.index() == 1);
    return *std::get_if<1>(&content_);
  }

 private:
  std::variant<T, Error> content_;
};

// The outcome of an operation that has nothing to return.
using Status = Result<std::monostate>;

// The successful Status.
inline Status ok() {
  return std::monostate{};
}

}  // namespace glasspost
