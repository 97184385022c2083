// Records of a log: see log_record.hpp.
#include "engine/storage/log_record.hpp"

#include <cassert>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

#include "engine/base/hash.hpp"

namespace glasspost {
namespace {

std::optional<std::vector<Put>> read_payload(std::string_view payload) {
  ByteReader in(payload);
  const std::uint64_t count = in.varint();
  std::vector<Put> batch;
  // A put takes more than one byte, so a false count ends with the payload.
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint8_t kind = in.u8();
    const std::string_view key = in.bytes();
    const std::string_view value = in.bytes();
    if (kind > static_cast<std::uint8_t>(Put::Kind::kEraseRange)) {
      return std::nullopt;
    }
    batch.push_back({static_cast<Put::Kind>(kind), std::string(key), std::string(value)});
  }
  return in.at_end() ? std::optional(std::move(batch)) : std::nullopt;
}

}  // namespace

std::string write_record(std::span<const Put> batch) {
  ByteWriter payload;
  payload.varint(batch.size());
  for (const Put& put : batch) {
    payload.u8(static_cast<std::uint8_t>(put.kind));
    payload.bytes(put.key);
    payload.bytes(put.value);
  }
  assert(payload.size() <= std::numeric_limits<std::uint32_t>::max());
  ByteWriter record;
  record.u32(static_cast<std::uint32_t>(payload.size()));
  record.u64(hash64(payload.data()));
  record.raw(payload.data());
  return record.take();
}

std::optional<std::vector<Put>> read_record(ByteReader& log) {
  const std::uint32_t length = log.u32();
  const std::uint64_t hash = log.u64();
  const std::string_view payload = log.raw(length);
  // No payload is empty: a run of zeroes is no record, whatever the hash of nothing may be.
  if (!log.ok() || payload.empty() || hash64(payload) != hash) {
    return std::nullopt;
  }
  return read_payload(payload);
}

}  // namespace glasspost
