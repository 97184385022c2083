// Refusals that a device meets: one sentence and one retry hint for each code.
#pragma once

#include <cstdint>
#include <string_view>

#include "glasspost/v1/client.pb.h"

namespace glasspost {

// What was wrong and what to do, for a person.
std::string_view sentence_of(v1::FailureCode code);

// When the same request may be tried again, in milliseconds; 0 says never.
std::uint32_t retry_after_ms(v1::FailureCode code);

// Fills in a failure.
inline void set_failure(v1::Failure& failure, v1::FailureCode code) {
  failure.set_code(code);
  failure.set_sentence(std::string(sentence_of(code)));
  failure.set_retry_after_ms(retry_after_ms(code));
}

}  // namespace glasspost
