// Tests of ids and times: packing, unpacking, order and names.
#include "engine/base/ids.hpp"

#include <limits>

#include <doctest/doctest.h>

#include "engine/base/random.hpp"
#include "engine/base/time.hpp"

namespace glasspost {
namespace {

TEST_CASE("a device unpacks into its user and index") {
  const DeviceId device = device_of(UserId{0xffffffff}, 255);
  CHECK(user_of(device) == UserId{0xffffffff});
  CHECK(index_of(device) == 255);
  CHECK(device_of(UserId{7}, 1).value == 0x701);
  CHECK(device_of(UserId{7}, 255) < device_of(UserId{8}, 0));
}

TEST_CASE("a pair is the same whichever user is named first") {
  Random random(1);
  for (int round = 0; round < 1000; ++round) {
    const UserId one{static_cast<std::uint32_t>(random.between(1, 1 << 30))};
    const UserId other{one.value + static_cast<std::uint32_t>(random.between(1, 1 << 30))};
    const ConversationId pair = pair_of(other, one);
    REQUIRE(pair == pair_of(one, other));
    REQUIRE(is_pair(pair));
    REQUIRE(lower_member(pair) == one);
    REQUIRE(higher_member(pair) == other);
  }
}

TEST_CASE("numbers that pair_of cannot make are no pairs") {
  CHECK_FALSE(is_pair(ConversationId{0}));
  CHECK_FALSE(is_pair(ConversationId{5}));
  CHECK_FALSE(is_pair(ConversationId{std::uint64_t{5} << 32}));
  CHECK_FALSE(is_pair(ConversationId{std::uint64_t{5} << 32 | 5}));
  CHECK_FALSE(is_pair(ConversationId{std::uint64_t{6} << 32 | 5}));
  CHECK_FALSE(is_pair(ConversationId{std::uint64_t{6} << 32 | 0x80000000}));
  CHECK_FALSE(is_pair(ConversationId{kGroupBit | std::uint64_t{5} << 32 | 6}));
}

TEST_CASE("a section unpacks into its kind and index") {
  const SectionId section = section_of(SectionKind::kMailbox, 0x1fffff);
  CHECK(kind_of(section) == SectionKind::kMailbox);
  CHECK(index_of(section) == 0x1fffff);
  CHECK(section.value == 0x021fffff);
}

TEST_CASE("a section of numbers unpacks into its cut, too") {
  const SectionId section = section_of(SeqCut::kHalf, 5);
  CHECK(kind_of(section) == SectionKind::kSeq);
  CHECK(cut_of(section) == SeqCut::kHalf);
  CHECK(index_of(section) == 5);
  CHECK(section_of(SeqCut::kWhole, 5) == section_of(SectionKind::kSeq, 5));
  CHECK(to_text(section) == "seq section half-5");
  CHECK(index_text(section_of(SectionKind::kMailbox, 4)) == "4");
  CHECK(to_text(static_cast<SeqCut>(7)).empty());
}

TEST_CASE("ids have names for people") {
  CHECK(to_text(UserId{7}) == "user 7");
  CHECK(to_text(device_of(UserId{7}, 1)) == "device 7.1");
  CHECK(to_text(pair_of(UserId{9}, UserId{3})) == "pair 3+9");
  CHECK(to_text(ConversationId{kGroupBit | 12}) == "group 12");
  CHECK(to_text(ConversationId{5}) == "conversation 5");
  CHECK(to_text(BootId{4}) == "boot 4");
  CHECK(to_text(NodeId{2}) == "node 2");
  CHECK(to_text(section_of(SectionKind::kConversation, 2)) == "conversation section 2");
  CHECK(to_text(section_of(SectionKind::kMailbox, 0)) == "mailbox section 0");
  CHECK(to_text(section_of(SectionKind::kSeq, 3)) == "seq section 3");
  CHECK(to_text(SectionId{9}) == "section 9");
}

TEST_CASE("a time is microseconds since the boot's zero") {
  const Time time = time_from_us(1'500'000);
  CHECK(to_us(time) == 1'500'000);
  CHECK(time + Duration(5) == time_from_us(1'500'005));
  CHECK(to_us(std::chrono::milliseconds(2)) == 2000);
  CHECK(to_us(kNever) == std::numeric_limits<std::int64_t>::max());
}

}  // namespace
}  // namespace glasspost
