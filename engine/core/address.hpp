// Names of roles. An Address is all that a role knows of another role: not its process, not its
// host.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace glasspost {

// The roles of the topology (ARCHITECTURE.md, The processes), and the two ends outside it.
enum class RoleKind : std::uint8_t {
  kNone = 0,
  kAccess = 1,
  kLogic = 2,
  kConversation = 3,
  kMailbox = 4,
  kFanout = 5,
  kSeq = 6,
  kStore = 7,
  kArbiter = 8,
  kAccount = 9,
  kDevice = 20,  // at an access process: a connection; at a device: the device itself
  kPerson = 21,  // whoever holds the device
  kAdministrator = 22,
  kHasher = 23  // where an account's host hashes passwords
};

// One role. Roles of a kind are numbered from 1; a kDevice is numbered by its connection.
struct Address {
  RoleKind kind = RoleKind::kNone;
  std::uint64_t number = 0;  // below 2^56

  auto operator<=>(const Address&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(kind, number);
  }
};

// As a letter carries it: kind in the top byte.
constexpr std::uint64_t pack(Address address) {
  return static_cast<std::uint64_t>(address.kind) << 56 | address.number;
}
constexpr Address unpack(std::uint64_t packed) {
  return {static_cast<RoleKind>(packed >> 56), packed & ((std::uint64_t{1} << 56) - 1)};
}

// "mailbox-2"
std::string to_text(Address address);

// "mailbox"; "role 99" for a kind that is not in the list.
std::string to_text(RoleKind kind);

}  // namespace glasspost
