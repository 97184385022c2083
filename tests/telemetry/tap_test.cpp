// Tests of the tap: cells count every letter, arrivals tell of watched ones, and no token is shown.
#include "engine/telemetry/tap.hpp"

#include <doctest/doctest.h>

#include "engine/core/trace.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kAccess{RoleKind::kAccess, 1};
constexpr Address kLogic{RoleKind::kLogic, 1};
constexpr Address kDevice{RoleKind::kDevice, 77};

Time ms(std::int64_t value) {
  return time_from_us(value * 1'000);
}

struct TapBench {
  std::vector<Fact> facts;
  Tap tap;

  explicit TapBench(std::uint64_t watch = 1, bool bodies = true)
      : tap({NodeId{3}, watch, bodies}, [this](const Fact& fact) { facts.push_back(fact); }) {}

  void step(Time now, Address role, const v1::Letter& letter, const Outbox& out = {}) {
    tap.stepped(now, role, std::span(&letter, 1), out);
  }

  std::vector<Fact> of(FactKind kind) const {
    std::vector<Fact> found;
    for (const Fact& fact : facts) {
      if (fact.kind == kind) found.push_back(fact);
    }
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

TEST_CASE("letters of one link and kind within 10 ms become one cell with their waits") {
  TapBench bench;
  bench.step(ms(1'001), kLogic, submit(0, 1'000'900));
  bench.step(ms(1'002), kLogic, submit(0, 1'001'700));
  bench.step(ms(1'003), kLogic, submit(0, 1'002'500));
  bench.tap.flush(ms(1'012));
  const auto cells = bench.of(FactKind::kCell);
  REQUIRE(cells.size() == 1);
  CHECK(cells[0].time_us == 1'010'000);
  CHECK(cells[0].subject == link_of(fact_role_of(kAccess), fact_role_of(kLogic)));
  CHECK(cells[0].object == v1::Letter::kSubmit);
  CHECK(cells[0].number == 3);
  CHECK(cells[0].value == 3 * submit(0, 1'000'900).ByteSizeLong());
  const std::uint64_t median = cells[0].extra >> 32;
  const std::uint64_t longest = cells[0].extra & 0xFFFF'FFFF;
  CHECK(median == 300);
  CHECK(longest == 500);
}

TEST_CASE("a letter after the window closes the cell before it") {
  TapBench bench;
  bench.step(ms(1'001), kLogic, submit(0, 0));
  bench.step(ms(1'021), kLogic, submit(0, 0));
  CHECK(bench.of(FactKind::kCell).size() == 1);
  bench.tap.flush(ms(1'040));
  CHECK(bench.of(FactKind::kCell).size() == 2);
}

TEST_CASE("a watched message is told with its bytes, whole and in order") {
  TapBench bench;
  const v1::Letter letter = submit(42, 999'000);
  bench.step(ms(1'000), kLogic, letter);
  const auto arrived = bench.of(FactKind::kArrived);
  REQUIRE(arrived.size() == 1);
  CHECK(arrived[0].trace == 42);
  CHECK(arrived[0].value == 1'000);
  std::string bytes;
  for (const Fact& fact : bench.of(FactKind::kBytes)) {
    const std::size_t offset = bytes.size() / 40;
    CHECK(fact.role == offset);
    for (const std::uint64_t word :
         {fact.subject, fact.object, fact.number, fact.value, fact.extra})
      bytes.append(reinterpret_cast<const char*>(&word), sizeof(word));
  }
  CHECK(bytes.substr(0, letter.ByteSizeLong()) == letter.SerializeAsString());
}

TEST_CASE("one of so many messages is watched, and none when watching is off") {
  TapBench some(10);
  some.step(ms(1), kLogic, submit(40, 0));
  some.step(ms(1), kLogic, submit(41, 0));
  CHECK(some.of(FactKind::kArrived).size() == 1);
  TapBench none(0);
  none.step(ms(1), kLogic, submit(40, 0));
  CHECK(none.of(FactKind::kArrived).empty());
}

TEST_CASE("a device's text gets its trace from the Submit of the same step") {
  TapBench bench;
  v1::Letter text;
  text.set_source(pack(kDevice));
  text.mutable_client()->mutable_send_text()->set_client_id(5);
  Outbox out;
  const std::uint64_t trace = trace_of(DeviceId{258}, 5);
  v1::Submit& sent = *out.send(kLogic, trace).letter.mutable_submit();
  sent.mutable_origin()->set_connection(77);
  sent.set_client_id(5);
  bench.step(ms(1), kAccess, text, out);
  REQUIRE(bench.of(FactKind::kArrived).size() == 1);
  CHECK(bench.of(FactKind::kArrived)[0].trace == trace);
}

TEST_CASE("the bytes of letters with tokens are never shown") {
  v1::Letter login;
  login.mutable_client()->mutable_login()->set_token("secret");
  CHECK_FALSE(may_show_bytes(login));
  v1::Letter check;
  check.mutable_login_check()->set_token("secret");
  CHECK_FALSE(may_show_bytes(check));
  v1::Letter added;
  added.mutable_user_added()->add_tokens("secret");
  CHECK_FALSE(may_show_bytes(added));
  TapBench bench;
  login.set_trace(1);
  bench.step(ms(1), kAccess, login);
  CHECK(bench.of(FactKind::kBytes).empty());
}

TEST_CASE("devices are one end of a link, whatever their connection") {
  CHECK(fact_role_of({RoleKind::kDevice, 5}) == fact_role_of({RoleKind::kDevice, 6}));
  CHECK(fact_role_of(kAccess) != fact_role_of({RoleKind::kAccess, 2}));
}

}  // namespace
}  // namespace glasspost::tests
