// Arithmetic of sections and owners.
#include "engine/core/config.hpp"

#include <algorithm>
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
  assert(user.value >= 1 && user.value <= users_max());
  return section_of(seq_cut, (user.value - 1) / seq_users(seq_cut));
}

std::uint32_t Config::seq_users(SeqCut cut) const {
  switch (cut) {
    case SeqCut::kQuarter:
      return (users_per_section + 3) / 4;
    case SeqCut::kHalf:
      return (users_per_section + 1) / 2;
    case SeqCut::kDouble:
      return std::min(users_per_section, users_max() / 2 + 1) * 2;
    case SeqCut::kQuadruple:
      return std::min(users_per_section, users_max() / 4 + 1) * 4;
    case SeqCut::kWhole:
      break;
  }
  return users_per_section;
}

UserId Config::first_user(SectionId numbers) const {
  return UserId{index_of(numbers) * seq_users(cut_of(numbers)) + 1};
}

UserId Config::last_user(SectionId numbers) const {
  const std::uint32_t left = users_max() - (first_user(numbers).value - 1);
  return UserId{first_user(numbers).value - 1 + std::min(left, seq_users(cut_of(numbers)))};
}

std::uint32_t Config::seq_sections(SeqCut cut) const {
  return users_max() == 0 ? 0 : (users_max() - 1) / seq_users(cut) + 1;
}

std::vector<SectionId> Config::sections_before(SectionId numbers) const {
  const std::uint32_t users = seq_users(seq_cut_before);
  std::vector<SectionId> found;
  for (std::uint32_t index = (first_user(numbers).value - 1) / users;
       index <= (last_user(numbers).value - 1) / users; ++index) {
    found.push_back(section_of(seq_cut_before, index));
  }
  return found;
}

bool Config::has_section(SectionId section) const {
  const bool is_of_cut = kind_of(section) != SectionKind::kSeq || cut_of(section) == seq_cut;
  return is_of_cut && could_have_section(section);
}

bool Config::could_have_section(SectionId section) const {
  switch (kind_of(section)) {
    case SectionKind::kConversation:
    case SectionKind::kMailbox:
      return index_of(section) == (section.value & 0xffffff) &&
             index_of(section) < owner_list(*this, kind_of(section)).size();
    case SectionKind::kSeq:
      return !to_text(cut_of(section)).empty() && index_of(section) < seq_sections(cut_of(section));
  }
  return false;
}

Address Config::owner_of(SectionId section) const {
  assert(has_section(section));
  return owner_list(*this, kind_of(section))[index_of(section)];
}

void Config::set_owner(SectionId section, Address owner) {
  assert(has_section(section));
  switch (kind_of(section)) {
    case SectionKind::kConversation:
      conversation_owners[index_of(section)] = owner;
      return;
    case SectionKind::kMailbox:
      mailbox_owners[index_of(section)] = owner;
      return;
    case SectionKind::kSeq:
      seq_owners[index_of(section)] = owner;
      return;
  }
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
    for (std::uint32_t index = 0; index < count; ++index) {
      const bool numbers = kind == SectionKind::kSeq;
      found.push_back(numbers ? section_of(seq_cut, index) : section_of(kind, index));
    }
  }
  return found;
}

}  // namespace glasspost
