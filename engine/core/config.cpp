// Arithmetic of sections and owners.
#include "engine/core/config.hpp"

#include <cassert>

#include "engine/base/hash.hpp"

namespace glasspost {
namespace {

const std::vector<Address>& owner_list(const Config& config, SectionKind kind) {
  switch (kind) {
    case SectionKind::kConversation:
      return config.conversation_owners;
    case SectionKind::kMailbox:
      return config.mailbox_owners;
    case SectionKind::kSeq:
      return config.seq_owners;
  }
  assert(false && "a section is of one of three kinds");
  return config.seq_owners;
}

std::uint32_t user_section_index(const Config& config, UserId user) {
  assert(user.value >= 1 && user.value <= config.users_max());
  return (user.value - 1) / config.users_per_section;
}

}  // namespace

bool Config::has_ended(Address role, BootId boot) const {
  const auto found = ended.find(role);
  return found != ended.end() && boot.value <= found->second.value;
}

std::uint32_t Config::users_max() const {
  return users_per_section * static_cast<std::uint32_t>(mailbox_owners.size());
}

SectionId Config::conversation_section(ConversationId conversation) const {
  const std::uint64_t spread = mix64(conversation.value);
  return section_of(SectionKind::kConversation,
                    static_cast<std::uint32_t>(spread % conversation_owners.size()));
}

SectionId Config::mailbox_section(UserId user) const {
  return section_of(SectionKind::kMailbox, user_section_index(*this, user));
}

SectionId Config::seq_section(UserId user) const {
  return section_of(SectionKind::kSeq, user_section_index(*this, user));
}

bool Config::has_section(SectionId section) const {
  switch (kind_of(section)) {
    case SectionKind::kConversation:
    case SectionKind::kMailbox:
    case SectionKind::kSeq:
      return index_of(section) < owner_list(*this, kind_of(section)).size();
  }
  return false;
}

Address Config::owner_of(SectionId section) const {
  const std::vector<Address>& list = owner_list(*this, kind_of(section));
  assert(index_of(section) < list.size());
  return list[index_of(section)];
}

std::array<Address, 2> Config::seq_pair(SectionId section) const {
  assert(kind_of(section) == SectionKind::kSeq);
  std::vector<Address> allocators;
  for (Address owner : owners) {
    if (owner.kind == RoleKind::kSeq) allocators.push_back(owner);
  }
  if (allocators.empty()) return {owner_of(section), owner_of(section)};
  const std::size_t first = index_of(section) % allocators.size();
  return {allocators[first], allocators[(first + 1) % allocators.size()]};
}

std::vector<SectionId> Config::sections_of(Address owner) const {
  std::vector<SectionId> found;
  for (SectionId section : sections()) {
    if (owner_of(section) == owner) found.push_back(section);
  }
  return found;
}

std::vector<SectionId> Config::sections() const {
  std::vector<SectionId> found;
  for (SectionKind kind : {SectionKind::kConversation, SectionKind::kMailbox, SectionKind::kSeq}) {
    const std::size_t count = owner_list(*this, kind).size();
    for (std::uint32_t index = 0; index < count; ++index)
      found.push_back(section_of(kind, index));
  }
  return found;
}

}  // namespace glasspost
