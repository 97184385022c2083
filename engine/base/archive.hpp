// One list of fields serves saving, loading and hashing a state. A struct names its fields
// once, in `template <class Archive> void fields(Archive& archive) { archive(a, b, c); }`;
// containers, ids and times are known here. Loading is safe on hostile bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/base/bytes.hpp"
#include "engine/base/hash.hpp"
#include "engine/base/loader.hpp"
#include "engine/base/result.hpp"
#include "engine/base/saver.hpp"

namespace glasspost {

inline constexpr std::string_view kStateMagic = "GPST";

// The state as bytes: the magic, the version of its field list, its fields.
template <class S>
std::string save_state(const S& state, std::uint32_t version) {
  ByteWriter out;
  out.raw(kStateMagic);
  out.varint(version);
  Saver saver(out);
  saver(state);
  return out.take();
}

// The state that save_state wrote with the same version. S must have a default value. Errors:
// kCorruption with the offset and what was expected there, for any bytes that save_state could
// not have written.
template <class S>
Result<S> load_state(std::string_view bytes, std::uint32_t version) {
  ByteReader in(bytes);
  Loader loader(in);
  if (in.raw(kStateMagic.size()) != kStateMagic) {
    return Error{Code::kCorruption, "saved state: at offset 0: expected magic GPST"};
  }
  std::uint64_t found_version = 0;
  loader(found_version);
  if (loader.ok() && found_version != version) {
    return Error{Code::kCorruption, "saved state: at offset 4: expected version " +
                                        std::to_string(version) + ", found " +
                                        std::to_string(found_version)};
  }
  S state{};
  loader(state);
  if (loader.ok() && !in.at_end()) {
    loader.refuse("the end of the input");
  }
  if (!loader.ok()) {
    return Error{Code::kCorruption, "saved state: " + loader.problem()};
  }
  return state;
}

// The hash of the bytes the fields are saved as (without magic and version).
template <class S>
std::uint64_t hash_state(const S& state) {
  ByteWriter out;
  Saver saver(out);
  saver(state);
  return hash64(out.data());
}

}  // namespace glasspost
