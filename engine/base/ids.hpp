// Strong identifiers: a number that says what it numbers, so that a user can never be
// passed where a device is meant. There is no arithmetic on them; packing and unpacking
// happens only in the functions below.
#pragma once

#include <cassert>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost {

template <class Tag, class Rep>
struct Id {
  Rep value = 0;
  auto operator<=>(const Id&) const = default;
};

using UserId = Id<struct UserTag, std::uint32_t>;                  // 0 is nobody
using DeviceId = Id<struct DeviceTag, std::uint64_t>;              // user << 8 | index
using ConversationId = Id<struct ConversationTag, std::uint64_t>;  // see pair_of
using BootId = Id<struct BootTag, std::uint64_t>;
using NodeId = Id<struct NodeTag, std::uint16_t>;
using SectionId = Id<struct SectionTag, std::uint32_t>;  // kind << 24 | cut << 21 | index

enum class SectionKind : std::uint8_t { kConversation = 1, kMailbox = 2, kSeq = 3 };

// How users are cut into sections of numbers: each has the users of so many sections of inboxes.
enum class SeqCut : std::uint8_t {
  kWhole = 0,
  kQuarter = 1,
  kHalf = 2,
  kDouble = 3,
  kQuadruple = 4
};
inline constexpr SeqCut kSeqCuts[] = {SeqCut::kQuarter, SeqCut::kHalf, SeqCut::kWhole,
                                      SeqCut::kDouble, SeqCut::kQuadruple};

// A user's device. REQUIRES: index <= 255.
inline DeviceId device_of(UserId user, unsigned index) {
  assert(index <= 255);
  return DeviceId{std::uint64_t{user.value} << 8 | index};
}

inline UserId user_of(DeviceId device) {
  return UserId{static_cast<std::uint32_t>(device.value >> 8)};
}

// Which of its user's devices this is, 0..255.
inline unsigned index_of(DeviceId device) {
  return static_cast<unsigned>(device.value & 0xff);
}

inline constexpr std::uint64_t kGroupBit = std::uint64_t{1} << 63;

// The one conversation of two users, whichever is named first: lower << 32 | higher.
// REQUIRES: the users differ and both are above 0 and below 2^31.
inline ConversationId pair_of(UserId one, UserId other) {
  const UserId lower = one < other ? one : other;
  const UserId higher = one < other ? other : one;
  assert(lower != higher && lower.value > 0 && higher.value < (std::uint32_t{1} << 31));
  return ConversationId{std::uint64_t{lower.value} << 32 | higher.value};
}

// True only for what pair_of can make, so a number from outside may be checked with it.
inline bool is_pair(ConversationId conversation) {
  const std::uint64_t lower = conversation.value >> 32;
  const std::uint64_t higher = conversation.value & 0xffffffff;
  return lower > 0 && lower < higher && higher < (std::uint64_t{1} << 31);
}

// REQUIRES: is_pair(pair).
inline UserId lower_member(ConversationId pair) {
  assert(is_pair(pair));
  return UserId{static_cast<std::uint32_t>(pair.value >> 32)};
}

// REQUIRES: is_pair(pair).
inline UserId higher_member(ConversationId pair) {
  assert(is_pair(pair));
  return UserId{static_cast<std::uint32_t>(pair.value & 0xffffffff)};
}

// One section of the data of one kind. REQUIRES: index < 2^21.
inline SectionId section_of(SectionKind kind, std::uint32_t index) {
  assert(index < (std::uint32_t{1} << 21));
  return SectionId{std::uint32_t{static_cast<std::uint8_t>(kind)} << 24 | index};
}

// One section of numbers, by its cut: those of different cuts share users, and nothing else.
inline SectionId section_of(SeqCut cut, std::uint32_t index) {
  const std::uint32_t plain = section_of(SectionKind::kSeq, index).value;
  return SectionId{plain | std::uint32_t{static_cast<std::uint8_t>(cut)} << 21};
}

// An id that came from outside may hold a kind that is no enumerator; check before switching.
inline SectionKind kind_of(SectionId section) {
  return static_cast<SectionKind>(static_cast<std::uint8_t>(section.value >> 24));
}

// The same: it may hold a cut that is no enumerator.
inline SeqCut cut_of(SectionId section) {
  return static_cast<SeqCut>(static_cast<std::uint8_t>((section.value >> 21) & 7));
}

inline std::uint32_t index_of(SectionId section) {
  return section.value & 0x1fffff;
}

// The ids in words, for messages and pictures: "user 7", "device 7.1", "pair 3+9".
inline std::string to_text(UserId user) {
  return "user " + std::to_string(user.value);
}

inline std::string to_text(DeviceId device) {
  return "device " + std::to_string(user_of(device).value) + "." + std::to_string(index_of(device));
}

inline std::string to_text(ConversationId conversation) {
  if (is_pair(conversation)) {
    return "pair " + std::to_string(lower_member(conversation).value) + "+" +
           std::to_string(higher_member(conversation).value);
  }
  if ((conversation.value & kGroupBit) != 0) {
    return "group " + std::to_string(conversation.value & ~kGroupBit);
  }
  return "conversation " + std::to_string(conversation.value);
}

inline std::string to_text(BootId boot) {
  return "boot " + std::to_string(boot.value);
}

inline std::string to_text(NodeId node) {
  return "node " + std::to_string(node.value);
}

// "quarter", "half", "whole", "double", "quadruple"; what is none of them: "".
inline std::string_view to_text(SeqCut cut) {
  switch (cut) {
    case SeqCut::kWhole:
      return "whole";
    case SeqCut::kQuarter:
      return "quarter";
    case SeqCut::kHalf:
      return "half";
    case SeqCut::kDouble:
      return "double";
    case SeqCut::kQuadruple:
      return "quadruple";
  }
  return {};
}

// "3", or "half-3": the index, with the cut of numbers where it is not the usual one.
inline std::string index_text(SectionId section) {
  std::string index = std::to_string(index_of(section));
  if (kind_of(section) != SectionKind::kSeq || cut_of(section) == SeqCut::kWhole) return index;
  return std::string(to_text(cut_of(section))) + "-" + index;
}

inline std::string to_text(SectionId section) {
  const std::string index = index_text(section);
  switch (kind_of(section)) {
    case SectionKind::kConversation:
      return "conversation section " + index;
    case SectionKind::kMailbox:
      return "mailbox section " + index;
    case SectionKind::kSeq:
      return "seq section " + index;
  }
  return "section " + std::to_string(section.value);
}

}  // namespace glasspost
