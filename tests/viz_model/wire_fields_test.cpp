// Letters taken apart: every byte belongs to a field, and garbage ends with a reason.
#include "viz/model/wire_fields.hpp"

#include <doctest/doctest.h>

#include "glasspost/v1/letter.pb.h"

#include "engine/base/random.hpp"
#include "viz/model/groups.hpp"

namespace glasspost::viz {
namespace {

std::string a_letter() {
  v1::Letter letter;
  letter.set_source(5);
  letter.set_trace(0x123456789abc);
  letter.mutable_submit()->set_text("good\nmorning");
  letter.mutable_submit()->mutable_origin()->set_user(7);
  return letter.SerializeAsString();
}

TEST_CASE("fields have the names of the schema, and texts are escaped") {
  const auto fields = letter_fields(a_letter(), true);
  REQUIRE(fields.size() >= 5);
  CHECK(fields[0].name == "source");
  CHECK(fields[0].value == "5");
  bool text = false;
  for (const WireField& field : fields) {
    if (field.name != "text") continue;
    text = true;
    CHECK(field.value == "\"good\\nmorning\"");
    CHECK(field.depth == 1);
  }
  CHECK(text);
}

TEST_CASE("the outermost fields cover the letter without a gap") {
  const std::string bytes = a_letter();
  std::size_t at = 0;
  for (const WireField& field : letter_fields(bytes, true)) {
    if (field.depth != 0) continue;
    CHECK(field.begin == at);
    at = field.end;
  }
  CHECK(at == bytes.size());
}

TEST_CASE("a letter that was cut says so; one that ends too early, too") {
  const std::string bytes = a_letter();
  for (std::size_t length = 1; length < bytes.size(); ++length) {
    for (const WireField& field : letter_fields(bytes.substr(0, length), false))
      CHECK(field.end <= length);
  }
  CHECK(letter_fields(bytes.substr(0, bytes.size() - 1), false).back().name ==
        "the rest was not kept");
  CHECK(letter_fields(bytes.substr(0, bytes.size() - 1), true).back().name ==
        "these bytes end too early");
}

TEST_CASE("garbage of any kind comes to an end") {
  Random random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random.below(60), '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random.below(256));
    for (const WireField& field : letter_fields(bytes, true)) {
      CHECK(field.begin <= field.end);
      CHECK(field.end <= bytes.size());
    }
  }
}

TEST_CASE("bytes in rows") {
  CHECK(hex_row("\x01\xff"
                "A",
                0) == "01 ff 41");
  CHECK(text_row("\x01\xff"
                 "A",
                 0) == "..A");
  CHECK(hex_row(std::string(20, 'a'), 16) == "61 61 61 61");
}

// Every body of the schema has a name; a new one cannot be forgotten.
TEST_CASE("every kind of letter has its name") {
  const auto* letter = v1::Letter::descriptor();
  for (int index = 0; index < letter->field_count(); ++index) {
    const auto* field = letter->field(index);
    if (field->containing_oneof() == nullptr) continue;
    CHECK(kind_name(static_cast<std::uint64_t>(field->number())) == field->message_type()->name());
  }
  CHECK(kind_name(99'999 & 0xFFF) != "");
  CHECK(kind_name(0x1000 | v1::ClientEnvelope::kSendText) == "SendText");
}

}  // namespace
}  // namespace glasspost::viz
