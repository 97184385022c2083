// What people read about a user's numbers: the sentence of each refusal, and why the next number
// will be what it will be. `glasspost seq show` and the console say it with the same function.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "glasspost/v1/administrator.pb.h"
#include "glasspost/v1/numbers.pb.h"

namespace glasspost {

// Why an allocator refused, and what to do.
std::string_view sentence_of(v1::NumbersFailure failure);

// What is known about one user's numbers.
struct NumberView {
  std::string user;         // as people call them; control characters are escaped already
  std::string owner;        // the allocator of their section, like "seq-1"
  std::string silence;      // why the owner did not answer; empty: it did
  v1::NumbersShown answer;  // what it answered
};

// What decides the next number.
enum class NumberCase : std::uint8_t {
  kNoOwner = 0,  // nobody hands out this user's numbers just now
  kUsedUp = 1,   // the last number of the space was handed out
  kMoved = 2,    // the section was just taken over: nobody in it has got a number since
  kSilent = 3,   // others have, this user has not
  kUsual = 4,    // one above the user's last; somebody else has a higher one
  kHot = 5       // one above the user's last, which is the highest of the section
};

NumberCase case_of(const NumberView& view);

// "no-owner", "used-up", "moved", "silent", "usual", "hot".
std::string_view word_of(NumberCase one);

// The next number; 0: there is none, or nobody can tell.
std::uint64_t next_number(const NumberView& view);

// One to three sentences, without a line break.
std::string why_next(const NumberView& view);

}  // namespace glasspost
