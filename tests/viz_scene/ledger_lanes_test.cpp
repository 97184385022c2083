// Lanes and their pieces: in order, within the bar, small ones still seen.
#include "viz/scene/ledger_lanes.hpp"

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr Rect kBar{100, 20, 500, 12};

NumberLane lane_of(std::vector<Stretch> stretches, std::uint64_t ceiling) {
  NumberLane lane;
  lane.stretches = std::move(stretches);
  lane.ceiling = ceiling;
  return lane;
}

// `sections` lanes; odd ones belong to seq-1, even ones to seq-2; the higher, the busier.
Ledger ledger_of(std::uint32_t sections) {
  Ledger ledger;
  for (std::uint32_t index = 0; index < sections; ++index) {
    const std::uint32_t role = 6U << 24 | (index % 2 == 0 ? 2 : 1);
    ledger.apply({.time_us = 1'000'000,
                  .kind = FactKind::kHandedOut,
                  .role = role,
                  .subject = index + 1,
                  .object = 3U << 24 | index,
                  .number = 1,
                  .value = index + 1,
                  .extra = 1'000});
  }
  return ledger;
}

TEST_CASE("handed out, skipped, handed out, reserved: side by side on the axis") {
  const NumberLane lane = lane_of({{1, {}, 0, 400, {}}, {2, {}, 500, 600, {}}}, 1'000);
  const std::vector<NumberPiece> pieces = number_pieces(lane, 0, 1'000, kBar, 2);
  REQUIRE(pieces.size() == 4);
  CHECK(pieces[0].kind == NumberKind::kHanded);
  CHECK(pieces[1].kind == NumberKind::kSkipped);
  CHECK(pieces[1].above == 400);
  CHECK(pieces[1].up_to == 500);
  CHECK(pieces[3].kind == NumberKind::kReserved);
  CHECK(pieces[0].x == doctest::Approx(100));
  CHECK(pieces[0].w == doctest::Approx(200));
  CHECK(pieces[1].w == doctest::Approx(50));
  CHECK(pieces[3].x + pieces[3].w == doctest::Approx(600));
}

TEST_CASE("a piece of three numbers among a million is seen, and nothing overlaps") {
  const NumberLane lane = lane_of({{1, {}, 0, 3, {}}, {2, {}, 999'990, 999'993, {}}}, 1'000'000);
  const std::vector<NumberPiece> pieces = number_pieces(lane, 0, 1'000'000, kBar, 2);
  REQUIRE(pieces.size() == 4);
  for (std::size_t index = 0; index < pieces.size(); ++index) {
    CHECK(pieces[index].w >= 1.99F);
    if (index > 0) CHECK(pieces[index].x >= pieces[index - 1].x + pieces[index - 1].w - 0.01F);
  }
  CHECK(pieces.back().x + pieces.back().w <= kBar.right() + 0.01F);
}

TEST_CASE("what is not on the axis has no piece") {
  const NumberLane lane = lane_of({{1, {}, 0, 400, {}}, {2, {}, 500, 600, {}}}, 1'000);
  const std::vector<NumberPiece> pieces = number_pieces(lane, 500, 1'000, kBar, 2);
  REQUIRE(pieces.size() == 2);
  CHECK(pieces[0].above == 500);
}

TEST_CASE("all lanes are shown if there is room, by owner and in order") {
  const std::vector<LaneGroup> groups = plan_lanes(ledger_of(6), 20, 1);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].owner == Address{RoleKind::kSeq, 1});
  CHECK(groups[0].shown ==
        std::vector{SectionId{3U << 24 | 1}, SectionId{3U << 24 | 3}, SectionId{3U << 24 | 5}});
  CHECK(groups[0].left_out + groups[1].left_out == 0);
}

TEST_CASE("of more lanes than fit the busiest are shown, and every owner has one") {
  const std::vector<LaneGroup> groups = plan_lanes(ledger_of(100), 12, 1);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].shown.size() + groups[1].shown.size() == 10);
  CHECK(groups[0].left_out + groups[1].left_out == 90);
  CHECK(groups[0].shown.back() == SectionId{3U << 24 | 99});
  CHECK(groups[1].shown.back() == SectionId{3U << 24 | 98});
  const std::vector<LaneGroup> tight = plan_lanes(ledger_of(100), 0, 1);
  CHECK(tight[0].shown.size() == 1);
  CHECK(tight[1].shown.size() == 1);
}

}  // namespace
}  // namespace glasspost::viz
