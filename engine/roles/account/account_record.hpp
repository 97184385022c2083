// Small things that the files of the account role share: a user's record, and session numbers.
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>

#include "engine/core/contract.hpp"
#include "engine/core/keys.hpp"

namespace glasspost {

// The device of this index, or null.
inline const v1::DeviceRecord* find_device(const v1::UserRecord& user, unsigned index) {
  for (const v1::DeviceRecord& device : user.devices()) {
    if (device.index() == index) return &device;
  }
  return nullptr;
}

inline void put_user(const v1::UserRecord& user, Outbox& out) {
  std::string bytes;
  const bool written = user.SerializeToString(&bytes);
  assert(written);
  out.set(keys::user(UserId{user.user()}), std::move(bytes));
}

// Session numbers: boot id above, a count of this life below.
inline std::uint64_t newest_session(BootId boot, std::uint64_t count) {
  constexpr unsigned kCountBits = 20;
  return (boot.value << kCountBits) + count;
}

}  // namespace glasspost
