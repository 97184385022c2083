// A log of batches as it lies on a disk, any bytes. What must hold:
//   - a batch that is read is, byte by byte, what writing it makes: one batch has one record;
//   - reading ends at the first record that is none, and never behind the end;
//   - what is read is no larger than what was there.
// Half of the inputs are payloads: they get a length and a hash, so that the fuzzer need not find
// those.
#include <string>
#include <string_view>

#include "engine/base/hash.hpp"
#include "engine/storage/log_record.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

void read_log(std::string_view log) {
  ByteReader in(log);
  std::size_t end = 0;
  while (const auto batch = read_record(in)) {
    const std::string_view record = log.substr(end, in.offset() - end);
    must(write_record(*batch) == record, "a batch is written as it was read");
    std::size_t bytes = 0;
    for (const Put& put : *batch)
      bytes += put.key.size() + put.value.size();
    must(bytes < record.size(), "a batch is no larger than its record");
    must(batch->size() < record.size(), "each put takes a byte at least");
    end = in.offset();
  }
  must(end <= log.size(), "nothing is read behind the end");
}

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  Pieces input(data, size);
  const bool is_log = (input.byte() & 1) == 0;
  if (is_log) {
    read_log(std::string(input.rest()));
    return 0;
  }
  glasspost::ByteWriter log;
  while (!input.empty()) {
    const std::string_view payload = input.piece();
    log.u32(static_cast<std::uint32_t>(payload.size()));
    log.u64(glasspost::hash64(payload));
    log.raw(payload);
  }
  read_log(log.data());
  return 0;
}
