// How a recording (.gpr) lies in its file: a head, then chunks, one after the other. Pure bytes;
// the recorder writes them, RecordingFile reads them.
//
//   file    magic "GPFACTS\n" | version u32 | zero u32 | chunk | chunk | ... | end
//   chunk   mark u32 | kind u32 | stored u32 | raw u32 | first i64 | last i64 | checksum u64 |
//           checksum of these 40 bytes u64 | `stored` bytes, zstd, that become `raw` bytes
//
//   facts   records of engine/proto/fact.hpp in order of time; first and last: their times, us
//   labels  a Labels message; the newest one holds
//   index   offset u64 and head of every facts and labels chunk since the index before, whose
//           offset is `first` (0: there is none)
//   end     no bytes; `first` is the offset of the last index. Only a recording that was closed
//           has one.
// All numbers are little-endian. Two checksums, so that a reader can trust a length before it reads
// what lies behind it, and can find the next chunk behind damage.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"

namespace glasspost::gpr {

inline constexpr std::string_view kMagic = "GPFACTS\n";
inline constexpr std::uint32_t kVersion = 1;
inline constexpr std::size_t kFileHeadBytes = 16;
inline constexpr std::size_t kChunkHeadBytes = 48;
inline constexpr std::uint32_t kMark = 0x4B'4E'48'43;  // "CHNK"

// What a head may ask for. A reader refuses more before it allocates anything.
inline constexpr std::uint32_t kRawBytesMax = 4 << 20;
inline constexpr std::uint32_t kStoredBytesMax = kRawBytesMax + (64 << 10);

enum class ChunkKind : std::uint32_t { kFacts = 1, kLabels = 2, kIndex = 3, kEnd = 4 };

struct ChunkHead {
  ChunkKind kind = ChunkKind::kFacts;
  std::uint32_t stored = 0;  // bytes in the file
  std::uint32_t raw = 0;     // bytes they become
  std::int64_t first = 0;
  std::int64_t last = 0;
  std::uint64_t checksum = 0;  // of the stored bytes

  bool operator==(const ChunkHead&) const = default;
};

std::string encode_file_head();
// Errors: kCorruption, as a sentence without the file's name.
Status check_file_head(std::string_view bytes);

std::string encode(const ChunkHead& head);
// Nothing if these are not the kChunkHeadBytes of a head, or if it asks for more than it may.
std::optional<ChunkHead> decode(std::string_view bytes);

// A whole chunk, head and all. REQUIRES: raw.size() <= kRawBytesMax.
std::string pack_chunk(ChunkKind kind, std::string_view raw, std::int64_t first, std::int64_t last);

// What pack_chunk was given. Errors: kCorruption, as a sentence without place.
Result<std::string> unpack(const ChunkHead& head, std::string_view stored);

}  // namespace glasspost::gpr
