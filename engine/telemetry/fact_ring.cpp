// Two counters and an array.
#include "engine/telemetry/fact_ring.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <new>

#include <sys/mman.h>
#include <sys/stat.h>

namespace glasspost {
namespace {
constexpr std::uint64_t kMagic = 0x676c617373703031;  // "glassp01"
constexpr std::size_t kHeaderBytes = 4'096;
constexpr std::size_t kLineBytes = 64;  // of the processor's cache
}  // namespace

// Each counter has a cache line of its own: one process writes it, another reads it.
struct FactRing::Header {
  std::uint64_t magic;
  std::uint64_t capacity;
  std::array<std::byte, kLineBytes - 2 * sizeof(std::uint64_t)> apart_0;
  std::atomic<std::uint64_t> written;
  std::array<std::byte, kLineBytes - sizeof(std::uint64_t)> apart_1;
  std::atomic<std::uint64_t> read;
  std::atomic<std::uint64_t> lost_told;  // the reader's, too
  std::array<std::byte, kLineBytes - 2 * sizeof(std::uint64_t)> apart_2;
  std::atomic<std::uint64_t> lost;
  std::array<std::byte, kLineBytes - sizeof(std::uint64_t)> apart_3;
};

static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "processes share it");

Result<FactRing> FactRing::attach(std::span<std::byte> memory) {
  if (memory.size() < ring_bytes(1))
    return Error{Code::kCorruption, "a ring of facts is too small"};
  const std::uint64_t room = (memory.size() - kHeaderBytes) / sizeof(Fact);
  const std::uint64_t capacity = std::bit_floor(room);
  auto* header = std::launder(reinterpret_cast<Header*>(memory.data()));
  auto* slots = std::launder(reinterpret_cast<Fact*>(memory.data() + kHeaderBytes));
  if (header->magic == 0 && header->capacity == 0) {
    header->capacity = capacity;
    header->magic = kMagic;
  }
  const std::uint64_t written = header->written.load();
  const std::uint64_t read = header->read.load();
  const bool possible = read <= written && written - read <= capacity;
  if (header->magic != kMagic || header->capacity != capacity || !possible) {
    return Error{Code::kCorruption, "this memory is not a ring of facts"};
  }
  return FactRing(header, slots, capacity);
}

Result<FactRing> FactRing::map(int descriptor) {
  struct stat file {};
  if (::fstat(descriptor, &file) != 0) return Error{Code::kIo, "a ring of facts cannot be opened"};
  const auto bytes = static_cast<std::size_t>(std::max<off_t>(file.st_size, 0));
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  if (memory == MAP_FAILED) return Error{Code::kIo, "a ring of facts cannot be mapped"};
  return attach({static_cast<std::byte*>(memory), bytes});
}

bool FactRing::push(const Fact& fact) {
  const std::uint64_t written = header_->written.load(std::memory_order_relaxed);
  // Looking at the reader's counter costs a trip to its cache, so only when it may be full.
  if (written - read_seen_ >= capacity_) read_seen_ = header_->read.load(std::memory_order_acquire);
  if (written - read_seen_ >= capacity_) {
    header_->lost.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  slots_[written & (capacity_ - 1)] = fact;
  header_->written.store(written + 1, std::memory_order_release);
  return true;
}

std::size_t FactRing::take(std::vector<Fact>& to, std::size_t most) {
  const std::uint64_t read = header_->read.load(std::memory_order_relaxed);
  const std::uint64_t written = header_->written.load(std::memory_order_acquire);
  // Whatever stands in shared memory: never more than there are slots.
  const std::uint64_t there = std::min<std::uint64_t>({written - read, capacity_, most});
  const std::uint64_t first = read & (capacity_ - 1);
  const std::uint64_t before_end = std::min(there, capacity_ - first);  // then from the beginning
  to.insert(to.end(), slots_ + first, slots_ + first + before_end);
  to.insert(to.end(), slots_, slots_ + (there - before_end));
  header_->read.store(read + there, std::memory_order_release);
  return static_cast<std::size_t>(there);
}

std::uint64_t FactRing::lost() const {
  return header_->lost.load(std::memory_order_relaxed);
}

std::uint64_t FactRing::take_lost() {
  const std::uint64_t lost = this->lost();
  const std::uint64_t told = header_->lost_told.exchange(lost, std::memory_order_relaxed);
  return lost - std::min(told, lost);
}

std::uint64_t FactRing::written() const {
  return header_->written.load(std::memory_order_relaxed);
}

}  // namespace glasspost
