// Tests of the log's records: what was written comes back, and no cut or damaged record does.
#include "engine/storage/log_record.hpp"

#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "engine/base/hash.hpp"
#include "tests/storage/store_model.hpp"

namespace glasspost::tests {
namespace {

void require_same(const Batch& left, const Batch& right) {
  REQUIRE(left.size() == right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    REQUIRE(left[i].kind == right[i].kind);
    REQUIRE(left[i].key == right[i].key);
    REQUIRE(left[i].value == right[i].value);
  }
}

bool readable(std::string_view bytes) {
  ByteReader in(bytes);
  return read_record(in).has_value();
}

// A record whose hash is right, whatever the payload.
std::string sealed(std::string_view payload) {
  ByteWriter out;
  out.u32(static_cast<std::uint32_t>(payload.size()));
  out.u64(hash64(payload));
  out.raw(payload);
  return out.take();
}

TEST_CASE("records come back one after the other") {
  Random random(1);
  std::vector<Batch> batches;
  std::string log;
  for (int i = 0; i < 500; ++i) {
    batches.push_back(random_batch(random, 300));
    log += write_record(batches.back());
  }
  ByteReader in(log);
  for (const Batch& batch : batches) {
    const auto found = read_record(in);
    REQUIRE(found);
    require_same(*found, batch);
  }
  CHECK(in.at_end());
}

TEST_CASE("a record that is cut anywhere or has one wrong bit is no record") {
  const std::string record = write_record(
      Batch{{Put::Kind::kSet, "key", "value"}, {Put::Kind::kEraseRange, "from", "to"}});
  REQUIRE(readable(record));
  for (std::size_t size = 0; size < record.size(); ++size) {
    CHECK_FALSE(readable(std::string_view(record).substr(0, size)));
  }
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    std::string wrong = record;
    wrong[bit / 8] = static_cast<char>(wrong[bit / 8] ^ (1 << (bit % 8)));
    CHECK_FALSE(readable(wrong + record));
  }
}

TEST_CASE("a run of zeroes is no record, nor is a payload that is no batch") {
  CHECK_FALSE(readable(std::string(600, '\0')));
  CHECK_FALSE(readable(sealed("")));
  CHECK(readable(sealed(std::string_view("\0", 1))));
  CHECK(readable(sealed(std::string_view("\1\0\1k\1v", 6))));
  CHECK_FALSE(readable(sealed(std::string_view("\1\0\1k\1vx", 7))));          // more than the batch
  CHECK_FALSE(readable(sealed(std::string_view("\2\0\1k\1v", 6))));           // less than two puts
  CHECK_FALSE(readable(sealed(std::string_view("\1\3\1k\1v", 6))));           // no such kind
  CHECK_FALSE(readable(sealed("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")));  // 2^64 - 1 puts
}

}  // namespace
}  // namespace glasspost::tests
