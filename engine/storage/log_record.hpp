// The record of a log of batches: how FaultyStore writes one, and how recovery tells a whole
// record from one that was cut or damaged.
//
//   u32 length | u64 hash of the payload | payload: varint puts, then kind, key, value of each
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/base/bytes.hpp"
#include "engine/core/contract.hpp"

namespace glasspost {

// The batch as one record.
std::string write_record(std::span<const Put> batch);

// The next record's batch, or nothing when the record is short, fails its hash or holds no batch;
// then nothing behind it may be read either.
std::optional<std::vector<Put>> read_record(ByteReader& log);

}  // namespace glasspost
