// A Protobuf message taken apart without its program: fields with their names (from the schema that
// is linked in), wire types, values, and the bytes each of them stands on. For looking at letters.
// Bytes of any kind may come: what cannot be read ends the list with an entry that says so.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace glasspost::viz {

struct WireField {
  int depth = 0;          // of nesting
  std::string name;       // "append_log"; "field 99" for one that the schema does not know
  int number = 0;         // 0: not a field, but the reason why reading ended
  std::string_view wire;  // "varint", "64 bit", "bytes", "32 bit", "message"
  std::string value;      // for people; long texts are cut
  std::size_t begin = 0;  // in the whole payload, key included
  std::size_t end = 0;
};

// `bytes` is a Letter as arrivals carry it; `whole` says that nothing was cut off.
[[nodiscard]] std::vector<WireField> letter_fields(std::string_view bytes, bool whole);

// Sixteen bytes as "0a 1f ..." and as text, unreadable ones as dots.
[[nodiscard]] std::string hex_row(std::string_view bytes, std::size_t from);
[[nodiscard]] std::string text_row(std::string_view bytes, std::size_t from);

}  // namespace glasspost::viz
