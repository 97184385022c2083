// Which section an answer speaks of: owners of several sections pass it on by that.
#include "engine/core/section_log.hpp"

namespace glasspost {

SectionId section_of_answer(const v1::Letter& letter) {
  switch (letter.body_case()) {
    case v1::Letter::kRegisterPromised:
      return SectionId{letter.register_promised().section()};
    case v1::Letter::kRegisterAccepted:
      return SectionId{letter.register_accepted().section()};
    case v1::Letter::kRegisterRefused:
      return SectionId{letter.register_refused().section()};
    case v1::Letter::kSectionSealed:
      return SectionId{letter.section_sealed().section()};
    case v1::Letter::kLogPage:
      return SectionId{letter.log_page().section()};
    case v1::Letter::kLogStarted:
      return SectionId{letter.log_started().section()};
    case v1::Letter::kLogCopied:
      return SectionId{letter.log_copied().section()};
    case v1::Letter::kLogAppended:
      return SectionId{letter.log_appended().section()};
    case v1::Letter::kEpochRefused:
      return SectionId{letter.epoch_refused().section()};
    case v1::Letter::kReplicaSetChanged:
      return SectionId{letter.replica_set_changed().section()};
    case v1::Letter::kIndexPage:
      return SectionId{letter.index_page().section()};
    case v1::Letter::kSectionReleased:
      return SectionId{letter.section_released().section()};
    default:
      return SectionId{};
  }
}

}  // namespace glasspost
