// Tests of writing and reading bytes: exact layouts, round trips, and every kind of bad input.
#include "engine/base/bytes.hpp"

#include <limits>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/random.hpp"

namespace glasspost {
namespace {

using namespace std::string_view_literals;

// Numbers of every length, small ones as often as large ones.
std::uint64_t any_number(Random& random) {
  return random.next() >> random.below(64);
}

std::string varint_of(std::uint64_t value) {
  ByteWriter out;
  out.varint(value);
  return out.take();
}

bool is_bad_varint(std::string_view bytes) {
  ByteReader in(bytes);
  const std::uint64_t value = in.varint();
  return !in.ok() && value == 0 && in.offset() == 0;
}

TEST_CASE("fixed widths are little-endian") {
  ByteWriter out;
  out.u8(0x01);
  out.u16(0x0203);
  out.u32(0x04050607);
  out.u64(0x08090a0b0c0d0e0f);
  CHECK(out.data() == "\x01\x03\x02\x07\x06\x05\x04\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08"sv);
  CHECK(out.size() == 15);
  ByteReader in(out.data());
  CHECK(in.u8() == 0x01);
  CHECK(in.u16() == 0x0203);
  CHECK(in.u32() == 0x04050607);
  CHECK(in.u64() == 0x08090a0b0c0d0e0f);
  CHECK(in.at_end());
}

TEST_CASE("varints have their exact bytes and round-trip") {
  CHECK(varint_of(0) == "\0"sv);
  CHECK(varint_of(127) == "\x7f"sv);
  CHECK(varint_of(128) == "\x80\x01"sv);
  CHECK(varint_of(std::numeric_limits<std::uint64_t>::max()) ==
        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"sv);
  Random random(1);
  for (int round = 0; round < 10000; ++round) {
    const std::uint64_t number = any_number(random);
    const std::string bytes = varint_of(number);
    ByteReader in(bytes);
    REQUIRE(in.varint() == number);
    REQUIRE(in.at_end());
  }
}

TEST_CASE("a varint that is cut short, too long, too great or padded is refused") {
  CHECK(is_bad_varint(""));
  CHECK(is_bad_varint("\x80"));
  CHECK(is_bad_varint("\xff\xff\xff\xff\xff\xff\xff\xff\xff"));
  CHECK(is_bad_varint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
  CHECK(is_bad_varint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x81\x01"));
  CHECK(is_bad_varint("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"));
  CHECK(is_bad_varint("\x80\x00"sv));
  CHECK(is_bad_varint("\xff\x00"sv));
}

TEST_CASE("bytes carry their length and raw does not") {
  ByteWriter out;
  out.bytes("abc");
  out.bytes("");
  out.raw("de");
  CHECK(out.data() ==
        "\x03"
        "abc\0de"sv);
  ByteReader in(out.data());
  CHECK(in.bytes() == "abc");
  CHECK(in.bytes().empty());
  CHECK(in.raw(2) == "de");
  CHECK(in.at_end());
  CHECK(in.raw(0).empty());
  CHECK(in.ok());
}

TEST_CASE("a length beyond the end is refused, however great") {
  ByteWriter out;
  out.varint(std::numeric_limits<std::uint64_t>::max());
  out.raw("abc");
  ByteReader in(out.data());
  CHECK(in.bytes().empty());
  CHECK_FALSE(in.ok());
  CHECK(in.offset() == 0);
}

TEST_CASE("a failed reader stays failed") {
  ByteReader in("abc");
  CHECK(in.u8() == 'a');
  CHECK(in.u32() == 0);
  CHECK_FALSE(in.ok());
  CHECK_FALSE(in.at_end());
  CHECK(in.offset() == 1);
  CHECK(in.remaining() == 0);
  CHECK(in.u8() == 0);
  CHECK(in.varint() == 0);
  CHECK(in.raw(0).empty());
  CHECK(in.bytes().empty());
  CHECK(in.offset() == 1);
}

TEST_CASE("keys sort as their numbers do") {
  Random random(2);
  for (int round = 0; round < 10000; ++round) {
    const std::uint64_t one = any_number(random);
    const std::uint64_t other = any_number(random);
    std::string one_key = "p";
    std::string other_key = "p";
    append_key_u64(one_key, one);
    append_key_u64(other_key, other);
    REQUIRE((one < other) == (one_key < other_key));
    REQUIRE(read_key_u64(one_key, 1) == one);
  }
  std::string key;
  append_key_u8(key, 0xfe);
  append_key_u32(key, 0x01020304);
  CHECK(key == "\xfe\x01\x02\x03\x04"sv);
}

}  // namespace
}  // namespace glasspost
