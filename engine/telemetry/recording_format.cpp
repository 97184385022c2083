// Heads, checksums, zstd.
#include "engine/telemetry/recording_format.hpp"

#include <cassert>
#include <memory>

#include <zstd.h>

#include "engine/base/bytes.hpp"
#include "engine/base/hash.hpp"

namespace glasspost::gpr {
namespace {

// Facts are repetitive: the fastest levels already make a fifth of them.
constexpr int kLevel = 1;
constexpr std::uint64_t kHeadSeed = 0x68'65'61'64;
constexpr std::size_t kHeadBodyBytes = kChunkHeadBytes - 8;

// What zstd works with: a hundred kilobytes, kept from one chunk to the next.
ZSTD_DCtx* context() {
  static thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> kept(
      ZSTD_createDCtx(), &ZSTD_freeDCtx);
  return kept.get();
}

}  // namespace

std::string encode_file_head() {
  ByteWriter out;
  out.raw(kMagic);
  out.u32(kVersion);
  out.u32(0);
  return out.take();
}

Status check_file_head(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.raw(kMagic.size()) != kMagic) return Error{Code::kCorruption, "it is no recording"};
  const std::uint32_t version = in.u32();
  if (in.u32() != 0 || !in.ok()) return Error{Code::kCorruption, "its first 16 bytes are damaged"};
  if (version == kVersion) return ok();
  return Error{Code::kCorruption, "it has format " + std::to_string(version) +
                                      ", and this program reads format " +
                                      std::to_string(kVersion)};
}

std::string encode(const ChunkHead& head) {
  ByteWriter out;
  out.u32(kMark);
  out.u32(static_cast<std::uint32_t>(head.kind));
  out.u32(head.stored);
  out.u32(head.raw);
  out.u64(static_cast<std::uint64_t>(head.first));
  out.u64(static_cast<std::uint64_t>(head.last));
  out.u64(head.checksum);
  out.u64(hash64(out.data(), kHeadSeed));
  return out.take();
}

std::optional<ChunkHead> decode(std::string_view bytes) {
  if (bytes.size() != kChunkHeadBytes) return std::nullopt;
  ByteReader in(bytes);
  if (in.u32() != kMark) return std::nullopt;
  const std::uint32_t kind = in.u32();
  ChunkHead head;
  head.kind = static_cast<ChunkKind>(kind);
  head.stored = in.u32();
  head.raw = in.u32();
  head.first = static_cast<std::int64_t>(in.u64());
  head.last = static_cast<std::int64_t>(in.u64());
  head.checksum = in.u64();
  if (in.u64() != hash64(bytes.substr(0, kHeadBodyBytes), kHeadSeed)) return std::nullopt;
  const bool known = kind >= 1 && kind <= 4;
  const bool sane = head.stored <= kStoredBytesMax && head.raw <= kRawBytesMax;
  if (!known || !sane) return std::nullopt;
  return head;
}

std::string pack_chunk(ChunkKind kind, std::string_view raw, std::int64_t first,
                       std::int64_t last) {
  assert(raw.size() <= kRawBytesMax);
  std::string stored(ZSTD_compressBound(raw.size()), '\0');
  const std::size_t size =
      ZSTD_compress(stored.data(), stored.size(), raw.data(), raw.size(), kLevel);
  assert(ZSTD_isError(size) == 0 && "a buffer of compressBound bytes is always enough");
  stored.resize(size);
  return encode({.kind = kind,
                 .stored = static_cast<std::uint32_t>(stored.size()),
                 .raw = static_cast<std::uint32_t>(raw.size()),
                 .first = first,
                 .last = last,
                 .checksum = hash64(stored)}) +
         stored;
}

Result<std::string> unpack(const ChunkHead& head, std::string_view stored) {
  if (stored.size() != head.stored || hash64(stored) != head.checksum) {
    return Error{Code::kCorruption, "these bytes are not what was written"};
  }
  // The frame's own word, before anything is allocated for it: it must be the head's.
  if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != head.raw) {
    return Error{Code::kCorruption, "the compressed size is not the one declared"};
  }
  std::string raw(head.raw, '\0');
  const std::size_t size =
      ZSTD_decompressDCtx(context(), raw.data(), raw.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) != 0 || size != raw.size()) {
    return Error{Code::kCorruption, "these bytes do not decompress"};
  }
  return raw;
}

}  // namespace glasspost::gpr
