// The mark, and looking for the first record of a log that is not whole; see synced_mark.hpp.
#include "engine/storage/synced_mark.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

#include "engine/base/hash.hpp"

namespace glasspost {
namespace {

constexpr std::uint64_t kMagic = 0x31434e5953535047;

struct Claim {
  std::uint64_t magic = kMagic;
  std::uint64_t sequence = 0;
  std::uint64_t check = 0;
};

std::uint64_t check_of(std::uint64_t sequence) {
  return hash64(std::to_string(sequence));
}

// CRC-32C of RocksDB's log records, by a table.
std::uint32_t crc32c(std::string_view bytes) {
  static const auto table = [] {
    std::array<std::uint32_t, 256> made{};
    for (std::uint32_t byte = 0; byte < made.size(); ++byte) {
      std::uint32_t value = byte;
      for (int bit = 0; bit < 8; ++bit)
        value = (value >> 1) ^ ((value & 1) != 0 ? 0x82F63B78U : 0U);
      made[byte] = value;
    }
    return made;
  }();
  std::uint32_t crc = ~0U;
  for (const char byte : bytes)
    crc = table[(crc ^ static_cast<unsigned char>(byte)) & 0xFF] ^ (crc >> 8);
  return ~crc;
}

// As a record stores it.
std::uint32_t masked(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

// The offset of the first record that is not whole; nothing if all are. A log is blocks of 32 kB; a
// record is checksum (4), length (2), type (1) and the bytes, and lies in one block.
std::optional<std::size_t> first_bad_record(std::string_view log) {
  constexpr std::size_t kBlock = 32'768;
  constexpr std::size_t kHeader = 7;
  std::size_t at = 0;
  while (at + kHeader <= log.size()) {
    const std::size_t left = kBlock - at % kBlock;
    if (left < kHeader) {
      at += left;
      continue;
    }
    std::uint32_t crc = 0;
    std::uint16_t length = 0;
    std::memcpy(&crc, log.data() + at, sizeof(crc));
    std::memcpy(&length, log.data() + at + 4, sizeof(length));
    if (kHeader + length > left || at + kHeader + length > log.size()) return at;
    if (masked(crc32c(log.substr(at + 6, 1U + length))) != crc) return at;
    at += kHeader + length;
  }
  return at < log.size() ? std::optional(at) : std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> SyncedMark::read(const std::string& directory) {
  std::ifstream file(path_in(directory), std::ios::binary);
  Claim claim;
  if (!file.read(reinterpret_cast<char*>(&claim), sizeof(claim))) return std::nullopt;
  if (claim.magic != kMagic || claim.check != check_of(claim.sequence)) return std::nullopt;
  return claim.sequence;
}

SyncedMark::~SyncedMark() {
  if (file_ >= 0) ::close(file_);
}

Status SyncedMark::open(const std::string& directory) {
  file_ = ::open(path_in(directory).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (file_ >= 0) return ok();
  return Error{Code::kIo, "cannot write " + path_in(directory) + ": " +
                              std::generic_category().message(errno)};
}

bool SyncedMark::write(std::uint64_t sequence) {
  const Claim claim{kMagic, sequence, check_of(sequence)};
  return ::pwrite(file_, &claim, sizeof(claim), 0) == sizeof(claim);
}

std::string describe_log_damage(const std::string& directory) {
  std::vector<std::filesystem::path> logs;
  std::error_code failed;
  std::filesystem::directory_iterator at(directory, failed);
  for (; !failed && at != std::filesystem::directory_iterator(); at.increment(failed)) {
    if (at->path().extension() == ".log") logs.push_back(at->path());
  }
  if (logs.empty()) return "its log is missing";
  std::sort(logs.begin(), logs.end());
  for (const std::filesystem::path& log : logs) {
    std::ifstream file(log, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    const std::optional<std::size_t> bad = first_bad_record(bytes);
    if (bad) return log.filename().string() + " is damaged at offset " + std::to_string(*bad);
  }
  return logs.back().filename().string() + " ends too early, or a log before it is missing";
}

}  // namespace glasspost
