// The tap counts every letter once, tells the watched ones, and never shows a secret.
#include "engine/telemetry/tap.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost {
namespace {

const Address kLogic{RoleKind::kLogic, 1};
const Address kAccess{RoleKind::kAccess, 2};

Time at_ms(std::int64_t ms) {
  return time_from_us(ms * 1'000);
}

// A tap and what it said.
struct Tapped {
  std::vector<Fact> facts;
  Tap tap;

  explicit Tapped(std::uint64_t watch = 1, bool bodies = true)
      : tap({.node = NodeId{4}, .watch = watch, .bodies = bodies},
            [this](const Fact& fact) { facts.push_back(fact); }) {}

  std::vector<Fact> of(FactKind kind) const {
    std::vector<Fact> found;
    for (const Fact& fact : facts)
      if (fact.kind == kind) found.push_back(fact);
    return found;
  }
};

v1::Letter submit(std::uint64_t trace, std::int64_t handed_us) {
  v1::Letter letter;
  letter.set_source(pack(kAccess));
  letter.set_target(pack(kLogic));
  letter.set_trace(trace);
  letter.set_handed_us(handed_us);
  letter.mutable_submit()->set_text("hello");
  return letter;
}

std::string shown_bytes(const std::vector<Fact>& facts) {
  std::string bytes;
  for (const Fact& fact : facts) {
    for (const std::uint64_t word :
         {fact.subject, fact.object, fact.number, fact.value, fact.extra}) {
      for (int byte = 0; byte < 8; ++byte)
        bytes += static_cast<char>(word >> (8 * byte) & 0xFF);
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("letters of one link and kind within 10 ms are one cell, with its waits") {
  Tapped tapped;
  const std::vector<v1::Letter> letters{submit(1, 99'000), submit(2, 98'000), submit(3, 0)};
  tapped.tap.stepped(at_ms(101), kLogic, letters, {});
  tapped.tap.flush(at_ms(109));
  CHECK(tapped.of(FactKind::kCell).empty());
  tapped.tap.flush(at_ms(110));
  const std::vector<Fact> cells = tapped.of(FactKind::kCell);
  REQUIRE(cells.size() == 1);
  CHECK(cells[0].time_us == 110'000);
  CHECK(cells[0].node == 4);
  CHECK(cells[0].subject == link_of(fact_role_of(kAccess), fact_role_of(kLogic)));
  CHECK(cells[0].object == static_cast<std::uint64_t>(v1::Letter::kSubmit));
  CHECK(cells[0].number == 3);
  CHECK((cells[0].extra >> 32) == 2'000);          // the median
  CHECK((cells[0].extra & 0xFFFF'FFFF) == 3'000);  // the longest
}

TEST_CASE("a cell's bytes are exact for sixteen letters, and as if the others were like them") {
  for (const std::size_t count : {std::size_t{1}, std::size_t{16}, std::size_t{50}}) {
    Tapped tapped;
    const std::vector<v1::Letter> letters(count, submit(1, 99'000));
    tapped.tap.stepped(at_ms(101), kLogic, letters, {});
    tapped.tap.flush(at_ms(110));
    const std::vector<Fact> cells = tapped.of(FactKind::kCell);
    REQUIRE(cells.size() == 1);
    CHECK(cells[0].number == count);
    CHECK(cells[0].value == count * letters[0].ByteSizeLong());
  }
}

TEST_CASE("one of so many messages is told letter by letter") {
  Tapped tapped(3);
  const std::vector<v1::Letter> letters{submit(3, 100'000), submit(4, 0), submit(0, 0)};
  tapped.tap.stepped(at_ms(101), kLogic, letters, {});
  const std::vector<Fact> arrived = tapped.of(FactKind::kArrived);
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].trace == 3);
  CHECK(arrived[0].role == fact_role_of(kLogic));
  CHECK(arrived[0].subject == pack(kAccess));
  CHECK(arrived[0].value == 1'000);
  tapped.tap.change(0, true);
  tapped.tap.stepped(at_ms(102), kLogic, letters, {});
  CHECK(tapped.of(FactKind::kArrived).size() == 1);
}

TEST_CASE("a watched letter's bytes are told whole, if bodies may be") {
  Tapped tapped;
  const std::vector<v1::Letter> letters{submit(3, 0)};
  tapped.tap.stepped(at_ms(101), kLogic, letters, {});
  v1::Letter shown;
  std::string bytes = shown_bytes(tapped.of(FactKind::kBytes));
  bytes.resize(letters[0].ByteSizeLong());
  REQUIRE(shown.ParseFromString(bytes));
  CHECK(shown.submit().text() == "hello");
  Tapped discreet(1, false);
  discreet.tap.stepped(at_ms(101), kLogic, letters, {});
  CHECK(discreet.of(FactKind::kArrived).size() == 1);
  CHECK(discreet.of(FactKind::kBytes).empty());
}

TEST_CASE("a text of a device takes the trace of what its step submits") {
  Tapped tapped;
  v1::Letter letter;
  letter.set_source(pack({RoleKind::kDevice, 9}));
  letter.mutable_client()->mutable_send_text()->set_client_id(5);
  Outbox out;
  v1::Submit& asked = *out.send(kLogic, 77).letter.mutable_submit();
  asked.mutable_origin()->set_connection(9);
  asked.set_client_id(5);
  tapped.tap.stepped(at_ms(101), kAccess, std::vector<v1::Letter>{letter}, out);
  const std::vector<Fact> arrived = tapped.of(FactKind::kArrived);
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].trace == 77);
  CHECK(letter_kind(letter) ==
        (kClientLetter | static_cast<std::uint64_t>(v1::ClientEnvelope::kSendText)));
}

// Every kind of letter there is: what has a field for a token, password or key is never shown.
TEST_CASE("letters that can carry a secret are never shown") {
  const auto may_hold_secret = [](const google::protobuf::Descriptor& body) {
    for (int index = 0; index < body.field_count(); ++index) {
      const std::string& name = body.field(index)->name();
      for (const char* secret : {"token", "password", "tokens", "key_bytes"})
        if (name == secret) return true;
    }
    return false;
  };
  const auto fill = [](google::protobuf::Message& parent,
                       const google::protobuf::FieldDescriptor* field) {
    parent.GetReflection()->MutableMessage(&parent, field);
  };
  std::size_t secrets = 0;
  v1::Letter letter;
  const auto* bodies = v1::Letter::descriptor()->FindOneofByName("body");
  REQUIRE(bodies != nullptr);
  for (int index = 0; index < bodies->field_count(); ++index) {
    letter.Clear();
    fill(letter, bodies->field(index));
    if (!may_hold_secret(*bodies->field(index)->message_type())) continue;
    ++secrets;
    INFO(bodies->field(index)->name());
    CHECK_FALSE(may_show_bytes(letter));
  }
  const auto* said = v1::ClientEnvelope::descriptor()->FindOneofByName("body");
  REQUIRE(said != nullptr);
  for (int index = 0; index < said->field_count(); ++index) {
    letter.Clear();
    fill(*letter.mutable_client(), said->field(index));
    if (!may_hold_secret(*said->field(index)->message_type())) continue;
    ++secrets;
    INFO(said->field(index)->name());
    CHECK_FALSE(may_show_bytes(letter));
  }
  CHECK(secrets >= 3);  // Login, LoginCheck, UserAdded at least
}

TEST_CASE("devices and people are one end of a link, whatever their number") {
  CHECK(fact_role_of({RoleKind::kDevice, 5}) == fact_role_of({RoleKind::kDevice, 7}));
  CHECK(fact_role_of({RoleKind::kLogic, 5}) != fact_role_of({RoleKind::kLogic, 7}));
}

}  // namespace glasspost
