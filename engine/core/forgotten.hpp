// The fact that a log does not go on from what was known of it. A replica that syncs before it
// answers keeps what it has confirmed, and then no owner ever meets such a log. One that does not
// (store.fsync interval or never) can lose that with its power. Quorums then do not meet any more,
// as they do not with store.quorum 3/1/1, and two histories can end up in one log. Whoever meets
// that leaves out what does not fit, says so, and goes on: the promise is given up, the section is
// not.
#pragma once

#include "engine/base/ids.hpp"
#include "engine/core/config.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// Whether a choice allows for it.
inline bool may_forget(const Config& config) {
  return config.choices.store_fsync != StoreFsync::kAlways ||
         config.read_quorum + config.write_quorum <= config.replicas.size();
}

// `position` is where in the log.
inline Fact forgotten_fact(SectionId section, std::uint64_t epoch, std::uint64_t position) {
  return {
      .kind = FactKind::kForgotten, .subject = section.value, .object = epoch, .number = position};
}

}  // namespace glasspost
