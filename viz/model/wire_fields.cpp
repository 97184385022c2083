// Reading the wire format by hand: keys, varints, lengths.
#include "viz/model/wire_fields.hpp"

#include <cstdint>

#include <google/protobuf/descriptor.h>

#include "glasspost/v1/letter.pb.h"

#include "engine/base/text.hpp"

namespace glasspost::viz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;

constexpr std::size_t kFieldsMax = 300;
constexpr int kDepthMax = 8;
constexpr std::size_t kShownMax = 60;  // bytes of a text or blob

class Reader {
 public:
  Reader(std::string_view bytes, bool whole, std::vector<WireField>& fields)
      : bytes_(bytes), whole_(whole), fields_(fields) {}

  // The fields of one message from `at` to `end`. False: reading ended there.
  bool message(const Descriptor* type, std::size_t at, std::size_t end, int depth) {
    while (at < end) {
      if (fields_.size() >= kFieldsMax) return stop(at, depth, "more fields than are shown");
      if (!field(type, at, end, depth)) return false;
    }
    return true;
  }

 private:
  bool stop(std::size_t at, int depth, const char* why) {
    fields_.push_back({depth, why, 0, "", "", at, bytes_.size()});
    return false;
  }

  bool end_of_bytes(std::size_t at, int depth) {
    return stop(at, depth, whole_ ? "these bytes end too early" : "the rest was not kept");
  }

  // Moves `at` behind the number. False if there is none.
  bool varint(std::size_t& at, std::size_t end, std::uint64_t& value) const {
    value = 0;
    for (unsigned shift = 0; shift < 64 && at < end && at < bytes_.size(); shift += 7) {
      const auto byte = static_cast<unsigned char>(bytes_[at++]);
      value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
      if ((byte & 0x80U) == 0) return true;
    }
    return false;
  }

  bool fixed(std::size_t& at, std::size_t end, std::size_t size, std::uint64_t& value) const {
    if (at + size > end || at + size > bytes_.size()) return false;
    value = 0;
    for (std::size_t index = size; index > 0; --index)
      value = value << 8 | static_cast<unsigned char>(bytes_[at + index - 1]);
    at += size;
    return true;
  }

  bool field(const Descriptor* type, std::size_t& at, std::size_t end, int depth) {
    const std::size_t begin = at;
    std::uint64_t key = 0;
    if (!varint(at, end, key)) return end_of_bytes(begin, depth);
    const auto number = static_cast<int>(key >> 3);
    const FieldDescriptor* known = type == nullptr ? nullptr : type->FindFieldByNumber(number);
    WireField found{depth,  known == nullptr ? "field " + std::to_string(number) : known->name(),
                    number, "",
                    "",     begin,
                    begin};
    std::uint64_t value = 0;
    switch (key & 7U) {
      case 0:
        if (!varint(at, end, value)) return end_of_bytes(begin, depth);
        found.wire = "varint";
        found.value = number_text(known, value);
        break;
      case 1:
      case 5:
        if (!fixed(at, end, (key & 7U) == 1 ? 8 : 4, value)) return end_of_bytes(begin, depth);
        found.wire = (key & 7U) == 1 ? "64 bit" : "32 bit";
        found.value = std::to_string(value);
        break;
      case 2:
        return bytes_field(known, std::move(found), at, end);
      default:
        return stop(begin, depth, "this is no field of a message");
    }
    found.end = at;
    fields_.push_back(std::move(found));
    return true;
  }

  bool bytes_field(const FieldDescriptor* known, WireField found, std::size_t& at,
                   std::size_t end) {
    std::uint64_t length = 0;
    const int depth = found.depth;
    if (!varint(at, end, length)) return end_of_bytes(found.begin, depth);
    const std::size_t first = at;
    const bool fits = length <= end - first && first + length <= bytes_.size();
    const std::size_t last =
        fits ? first + static_cast<std::size_t>(length) : std::min(end, bytes_.size());
    const bool nested = known != nullptr && known->message_type() != nullptr && depth < kDepthMax;
    found.wire = nested ? "message" : "bytes";
    found.end = last;
    if (!nested) found.value = text_of(known, bytes_.substr(first, last - first));
    if (nested) found.value = known->message_type()->name();
    fields_.push_back(std::move(found));
    at = last;
    if (nested && !message(known->message_type(), first, last, depth + 1)) return false;
    return fits || end_of_bytes(last, depth);
  }

  static std::string number_text(const FieldDescriptor* known, std::uint64_t value) {
    if (known == nullptr) return std::to_string(value);
    switch (known->cpp_type()) {
      case FieldDescriptor::CPPTYPE_BOOL:
        return value != 0 ? "true" : "false";
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto* name = known->enum_type()->FindValueByNumber(static_cast<int>(value));
        return name == nullptr ? std::to_string(value) : name->name();
      }
      case FieldDescriptor::CPPTYPE_INT32:
      case FieldDescriptor::CPPTYPE_INT64:
        return std::to_string(static_cast<std::int64_t>(value));
      default:
        return std::to_string(value);
    }
  }

  static std::string text_of(const FieldDescriptor* known, std::string_view value) {
    const bool is_text = known != nullptr && known->type() == FieldDescriptor::TYPE_STRING;
    const std::string_view shown = value.substr(0, kShownMax);
    std::string words =
        is_text ? "\"" + escape_controls(shown) + "\"" : std::to_string(value.size()) + " bytes";
    if (is_text && shown.size() < value.size()) words += " \u2026";
    return words;
  }

  std::string_view bytes_;
  bool whole_;
  std::vector<WireField>& fields_;
};

}  // namespace

std::vector<WireField> letter_fields(std::string_view bytes, bool whole) {
  std::vector<WireField> fields;
  Reader(bytes, whole, fields).message(v1::Letter::descriptor(), 0, bytes.size(), 0);
  return fields;
}

std::string hex_row(std::string_view bytes, std::size_t from) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string row;
  for (std::size_t at = from; at < bytes.size() && at < from + 16; ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    if (!row.empty()) row += ' ';
    row += kDigits[byte >> 4U];
    row += kDigits[byte & 15U];
  }
  return row;
}

std::string text_row(std::string_view bytes, std::size_t from) {
  std::string row;
  for (std::size_t at = from; at < bytes.size() && at < from + 16; ++at)
    row += bytes[at] >= 0x20 && bytes[at] < 0x7F ? bytes[at] : '.';
  return row;
}

}  // namespace glasspost::viz
