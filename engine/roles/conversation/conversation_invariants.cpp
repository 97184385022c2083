// The home's invariants. The world calls this between steps.
#include "engine/core/forgotten.hpp"
#include "engine/core/membership.hpp"
#include "engine/roles/conversation/conversation.hpp"

namespace glasspost {
namespace {

// Looked for among the newest messages of each conversation, so that a look costs the same however
// long they grow. Each of them was new once.
constexpr std::uint64_t kNewestLookedAt = 32;

std::string broken_ids(const Conversation::Section& section, ConversationId conversation,
                       const Conversation::Thread& thread) {
  const std::uint64_t before =
      thread.last > kNewestLookedAt ? thread.last - kNewestLookedAt : std::uint64_t{0};
  for (std::uint64_t number = before + 1; number <= thread.last; ++number) {
    const v1::StoredMessage* message = section.bodies.find({conversation, number});
    if (message == nullptr) continue;
    const Conversation::Judged* judged = section.folded.judged.find(
        {conversation, DeviceId{message->sender_device()}, message->client_id()});
    if (judged != nullptr && judged->number != number) return "I2: a client id has two numbers";
  }
  return {};
}

// An id at or below the floor is refused for ever, so that it gets no second number.
std::string broken_windows(const Conversation::Folded& folded) {
  for (const auto& entry : folded.windows) {
    const auto lowest =
        folded.judged.lower_bound({entry.key.conversation, entry.key.device, std::uint64_t{0}});
    const bool its_own = lowest != folded.judged.end() &&
                         lowest->key.conversation == entry.key.conversation &&
                         lowest->key.device == entry.key.device;
    if (its_own && lowest->key.client_id <= entry.value.floor) {
      return "I2: a client id at or below the floor is kept in " + to_text(entry.key.conversation);
    }
  }
  return {};
}

std::string broken_thread(const Conversation::Section& section, ConversationId conversation,
                          const Conversation::Thread& thread) {
  if (thread.committed > thread.last) return "I3: committed above last";
  if (!section.log.serving()) return {};
  const MessageKey newest{conversation, thread.last};
  const bool placed =
      section.positions.contains(newest) || section.checkpoint.closing.contains(newest);
  if (thread.last > thread.committed && !placed) {
    return "I1: a number that is not committed has no place in the log";
  }
  if (thread.indexed_to > thread.committed) return "I3: indexed_to above committed";
  for (UserId user : members_of(conversation)) {
    const Conversation::Progress* progress = section.progress.find({conversation, user});
    if (progress == nullptr) continue;
    if (progress->confirmed < thread.indexed_to) return "I3: confirmed below indexed_to";
    if (progress->confirmed > thread.committed) return "I3: confirmed above committed";
    if (progress->sent > thread.committed) return "I4: rows sent above the horizon";
  }
  return {};
}

}  // namespace

std::string Conversation::broken_invariant() const {
  for (const auto& [id, section] : state_.sections) {
    for (const auto& entry : section.folded.threads) {
      const std::string broken = broken_thread(section, entry.key, entry.value);
      if (!broken.empty()) return broken + " in " + to_text(entry.key);
      // Two histories of one text have two numbers for it.
      const std::string doubled =
          may_forget(state_.config) ? "" : broken_ids(section, entry.key, entry.value);
      if (!doubled.empty()) return doubled + " in " + to_text(entry.key);
    }
    const std::string kept = broken_windows(section.folded);
    if (!kept.empty()) return kept;
    const bool waits = !section.answers.empty();
    if (waits && section.answers.begin()->first <= section.log.horizon && section.log.serving()) {
      return "I4: an answer at or below the horizon still waits in " + to_text(id);
    }
  }
  return {};
}

}  // namespace glasspost
