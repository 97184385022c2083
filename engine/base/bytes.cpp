// The byte order and the limits of ByteWriter and ByteReader.
#include "engine/base/bytes.hpp"

#include <cassert>
#include <utility>

namespace glasspost {
namespace {

void append_little_endian(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) {
    out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
  }
}

void append_big_endian(std::string& out, std::uint64_t value, unsigned width) {
  for (unsigned i = width; i > 0; --i) {
    out.push_back(static_cast<char>(value >> (8 * (i - 1)) & 0xff));
  }
}

}  // namespace

void ByteWriter::u8(std::uint8_t value) {
  append_little_endian(data_, value, 1);
}
void ByteWriter::u16(std::uint16_t value) {
  append_little_endian(data_, value, 2);
}
void ByteWriter::u32(std::uint32_t value) {
  append_little_endian(data_, value, 4);
}
void ByteWriter::u64(std::uint64_t value) {
  append_little_endian(data_, value, 8);
}

void ByteWriter::varint(std::uint64_t value) {
  while (value >= 0x80) {
    data_.push_back(static_cast<char>((value & 0x7f) | 0x80));
    value >>= 7;
  }
  data_.push_back(static_cast<char>(value));
}

void ByteWriter::bytes(std::string_view value) {
  varint(value.size());
  raw(value);
}

void ByteWriter::raw(std::string_view value) {
  data_.append(value);
}

std::string ByteWriter::take() {
  return std::exchange(data_, std::string());
}

std::uint64_t ByteReader::fixed(std::size_t width) {
  const std::string_view taken = raw(width);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < taken.size(); ++i) {
    value |= std::uint64_t{static_cast<unsigned char>(taken[i])} << (8 * i);
  }
  return value;
}

std::uint8_t ByteReader::u8() {
  return static_cast<std::uint8_t>(fixed(1));
}
std::uint16_t ByteReader::u16() {
  return static_cast<std::uint16_t>(fixed(2));
}
std::uint32_t ByteReader::u32() {
  return static_cast<std::uint32_t>(fixed(4));
}
std::uint64_t ByteReader::u64() {
  return fixed(8);
}

std::uint64_t ByteReader::varint() {
  const std::string_view rest = data_.substr(offset_, remaining());
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < rest.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(rest[i]);
    // The tenth byte holds the one bit that is left.
    if (i == 9 && byte > 1) {
      break;
    }
    value |= std::uint64_t{byte & 0x7fU} << (7 * i);
    if (byte >= 0x80) {
      continue;
    }
    const bool padded = byte == 0 && i > 0;
    if (padded) {
      break;
    }
    offset_ += i + 1;
    return value;
  }
  ok_ = false;
  return 0;
}

std::string_view ByteReader::bytes() {
  const std::size_t start = offset_;
  const std::uint64_t size = varint();
  if (size > remaining()) {
    offset_ = start;
    ok_ = false;
    return {};
  }
  return raw(static_cast<std::size_t>(size));
}

std::string_view ByteReader::raw(std::size_t size) {
  if (!ok_ || size > remaining()) {
    ok_ = false;
    return {};
  }
  const std::string_view taken = data_.substr(offset_, size);
  offset_ += size;
  return taken;
}

void append_key_u64(std::string& key, std::uint64_t value) {
  append_big_endian(key, value, 8);
}
void append_key_u32(std::string& key, std::uint32_t value) {
  append_big_endian(key, value, 4);
}
void append_key_u8(std::string& key, std::uint8_t value) {
  append_big_endian(key, value, 1);
}

std::uint64_t read_key_u64(std::string_view key, std::size_t offset) {
  assert(offset <= key.size() && key.size() - offset >= 8);
  std::uint64_t value = 0;
  for (const char byte : key.substr(offset, 8)) {
    value = value << 8 | static_cast<unsigned char>(byte);
  }
  return value;
}

}  // namespace glasspost
