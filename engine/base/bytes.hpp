// Writing and reading plain bytes: what frames, log records and saved states are made of.
// The reader is safe on hostile input. Below, big-endian keys for ordered tables on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace glasspost {

// Appends to a string of its own.
class ByteWriter {
 public:
  // Fixed width, little-endian.
  void u8(std::uint8_t value);
  void u16(std::uint16_t value);
  void u32(std::uint32_t value);
  void u64(std::uint64_t value);

  // Seven bits a byte, lowest first, 1 to 10 bytes.
  void varint(std::uint64_t value);

  // The length as a varint and then the bytes.
  void bytes(std::string_view value);

  // The bytes alone; the reader must know how many there are.
  void raw(std::string_view value);

  const std::string& data() const { return data_; }
  std::size_t size() const { return data_.size(); }

  // Everything written, leaving the writer empty.
  std::string take();

 private:
  std::string data_;
};

// Reads over bytes that it does not own and that must outlive it. Never reads past the end:
// on any violation it fails for good, and from then on every read gives 0 or nothing.
class ByteReader {
 public:
  explicit ByteReader(std::string_view data) : data_(data) {}

  std::uint8_t u8();
  std::uint16_t u16();
  std::uint32_t u32();
  std::uint64_t u64();

  // Fails on more than 10 bytes, on more than 64 bits, and on a longer form than needed, so
  // that every value has exactly one encoding.
  std::uint64_t varint();

  // A varint length and that many bytes. The view points into the input.
  std::string_view bytes();

  // Exactly `size` bytes. The view points into the input.
  std::string_view raw(std::size_t size);

  // False once any read has failed.
  bool ok() const { return ok_; }

  // True when nothing failed and nothing is left.
  bool at_end() const { return ok_ && offset_ == data_.size(); }

  // Bytes read so far; after a failure, where the read that failed began.
  std::size_t offset() const { return offset_; }

  // Bytes not yet read; 0 after a failure.
  std::size_t remaining() const { return ok_ ? data_.size() - offset_ : 0; }

 private:
  std::uint64_t fixed(std::size_t width);

  std::string_view data_;
  std::size_t offset_ = 0;
  bool ok_ = true;
};

// Append a number to a key so that the order of keys as bytes is the order of the numbers.
void append_key_u64(std::string& key, std::uint64_t value);
void append_key_u32(std::string& key, std::uint32_t value);
void append_key_u8(std::string& key, std::uint8_t value);

// The number that append_key_u64 put at `offset`. REQUIRES: offset + 8 <= key.size().
std::uint64_t read_key_u64(std::string_view key, std::size_t offset);

}  // namespace glasspost
