// A ring of facts in shared memory: one process writes, the hub reads. The memory belongs to the
// supervisor, which gives it to each life of a process and to the hub. So the last facts of a
// killed process are still there to be read.
//
//   process --push--> [ header | slot slot slot ... ] --take--> hub
//
// The writer never waits. When the ring is full the newest facts are lost, and counted.
// Invariants:
//   I1  read <= written <= read + capacity, and all three counters only rise.
//   I2  a slot is whole before `written` passes it: a writer that dies in the middle of a push has
//       pushed nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/core/limits.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// Bytes of a ring with so many slots. `slots` is a power of two.
constexpr std::size_t ring_bytes(std::size_t slots) {
  return 4'096 + slots * sizeof(Fact);
}

inline constexpr std::size_t kRingSlots = 32'768;
static_assert(ring_bytes(kRingSlots) == limits::kFactRingBytes);

// Either end of a ring. The memory must outlive it and stay where it is.
class FactRing {
 public:
  // Memory full of zeros becomes an empty ring; a ring goes on where it was. Errors: kCorruption if
  // it is neither, or if its counters cannot be.
  static Result<FactRing> attach(std::span<std::byte> memory);

  // Maps a file descriptor that the supervisor left us. Errors: kIo; those of attach.
  static Result<FactRing> map(int descriptor);

  // The writer's. False: the ring is full, and the fact is counted as lost.
  bool push(const Fact& fact);

  // The reader's: moves up to `most` facts to the end of `to`. Returns how many.
  std::size_t take(std::vector<Fact>& to, std::size_t most);

  // The reader's: lost since this was asked last, by whichever life of the reader: what was lost
  // while there was none is in it.
  std::uint64_t take_lost();

  // Lost since the ring was made.
  std::uint64_t lost() const;
  std::uint64_t written() const;

 private:
  struct Header;
  FactRing(Header* header, Fact* slots, std::uint64_t capacity)
      : header_(header), slots_(slots), capacity_(capacity) {}

  Header* header_;
  Fact* slots_;
  std::uint64_t capacity_;
  std::uint64_t read_seen_ = 0;  // the writer's: the reader was here at least
};

}  // namespace glasspost
