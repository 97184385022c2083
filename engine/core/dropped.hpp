// The fact that a letter was dropped: every loss is told, with its reason.
#pragma once

#include "glasspost/v1/letter.pb.h"

#include "engine/core/address.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// `target` is who dropped it.
inline Fact dropped_fact(Address target, const v1::Letter& letter, DropReason reason) {
  return {.trace = letter.trace(),
          .kind = FactKind::kDropped,
          .subject = pack(target),
          .object = static_cast<std::uint64_t>(letter.body_case()),
          .number = static_cast<std::uint64_t>(reason)};
}

}  // namespace glasspost
