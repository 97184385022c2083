// Tests of the arithmetic of sections and owners, of addresses, and of who is a member.
#include "engine/core/config.hpp"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/base/archive.hpp"
#include "engine/core/membership.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kHome1{RoleKind::kConversation, 1};
constexpr Address kHome2{RoleKind::kConversation, 2};
constexpr Address kMailbox1{RoleKind::kMailbox, 1};
constexpr Address kMailbox2{RoleKind::kMailbox, 2};
constexpr Address kSeq1{RoleKind::kSeq, 1};

Config some_config() {
  Config config;
  config.users_per_section = 100;
  config.conversation_owners = {kHome1, kHome2, kHome1};
  config.mailbox_owners = {kMailbox2, kMailbox1, kMailbox2};
  config.seq_owners = {kSeq1, kSeq1, kSeq1};
  return config;
}

TEST_CASE("adjacent users share a section and the cut is the same for inboxes and numbers") {
  const Config config = some_config();
  CHECK(config.users_max() == 300);
  const auto mailbox = [&](std::uint32_t user) {
    const SectionId section = config.mailbox_section(UserId{user});
    CHECK(kind_of(section) == SectionKind::kMailbox);
    CHECK(kind_of(config.seq_section(UserId{user})) == SectionKind::kSeq);
    CHECK(index_of(config.seq_section(UserId{user})) == index_of(section));
    return index_of(section);
  };
  CHECK(mailbox(1) == 0);
  CHECK(mailbox(100) == 0);
  CHECK(mailbox(101) == 1);
  CHECK(mailbox(200) == 1);
  CHECK(mailbox(201) == 2);
  CHECK(mailbox(300) == 2);
}

TEST_CASE("WF 3.10: the pair of a section is a rule of its own, and each allocator is in two") {
  Config config = some_config();
  const Address kSeq2{RoleKind::kSeq, 2};
  const Address kSeq3{RoleKind::kSeq, 3};
  config.owners = {kHome1, kSeq1, kSeq2, kMailbox1, kSeq3};
  const auto pair = [&config](std::uint32_t index) {
    return config.seq_pair(section_of(SectionKind::kSeq, index));
  };
  CHECK(pair(0) == std::array{kSeq1, kSeq2});
  CHECK(pair(1) == std::array{kSeq2, kSeq3});
  CHECK(pair(2) == std::array{kSeq3, kSeq1});
  config.seq_owners = {kSeq3, kSeq3, kSeq3};  // whatever the table says
  CHECK(pair(0) == std::array{kSeq1, kSeq2});
  config.owners = {kHome1, kSeq1};
  CHECK(pair(1) == std::array{kSeq1, kSeq1});
}

TEST_CASE("a conversation always has the same section and all sections are used") {
  const Config config = some_config();
  std::vector<int> conversations(3);
  for (std::uint32_t other = 2; other <= 901; ++other) {
    const ConversationId pair = pair_of(UserId{1}, UserId{other});
    const SectionId section = config.conversation_section(pair);
    CHECK(section == config.conversation_section(pair));
    CHECK(kind_of(section) == SectionKind::kConversation);
    REQUIRE(index_of(section) < 3);
    ++conversations[index_of(section)];
  }
  for (const int count : conversations) {
    CHECK(count > 240);
    CHECK(count < 360);
  }
}

TEST_CASE("every section has one owner and an owner's sections are those it owns in rising order") {
  const Config config = some_config();
  CHECK(config.owner_of(section_of(SectionKind::kConversation, 1)) == kHome2);
  CHECK(config.owner_of(section_of(SectionKind::kMailbox, 0)) == kMailbox2);
  CHECK(config.owner_of(section_of(SectionKind::kSeq, 2)) == kSeq1);
  CHECK(config.sections_of(kHome1) ==
        std::vector<SectionId>{section_of(SectionKind::kConversation, 0),
                               section_of(SectionKind::kConversation, 2)});
  CHECK(config.sections_of(kMailbox1) ==
        std::vector<SectionId>{section_of(SectionKind::kMailbox, 1)});
  CHECK(config.sections_of(kSeq1).size() == 3);
  CHECK(config.sections_of({RoleKind::kMailbox, 3}).empty());
  std::set<SectionId> all;
  for (Address owner : {kHome1, kHome2, kMailbox1, kMailbox2, kSeq1}) {
    for (SectionId section : config.sections_of(owner)) {
      CHECK(all.insert(section).second);
      CHECK(config.owner_of(section) == owner);
    }
  }
  CHECK(all.size() == 9);
}

TEST_CASE("a saved config is the same config") {
  Config config = some_config();
  config.epoch = 4;
  config.route_version = 5;
  config.access_count = 6;
  config.logic_count = 7;
  config.replicas = {{RoleKind::kStore, 1}, {RoleKind::kStore, 2}, {RoleKind::kStore, 3}};
  config.read_quorum = 2;
  config.write_quorum = 3;
  REQUIRE(set_choice(config.choices, "seq.step", "9"));
  const Result<Config> loaded = load_state<Config>(save_state(config, 2), 2);
  REQUIRE(loaded);
  CHECK(hash_state(*loaded) == hash_state(config));
  CHECK(loaded->epoch == 4);
  CHECK(loaded->route_version == 5);
  CHECK(loaded->access_count == 6);
  CHECK(loaded->logic_count == 7);
  CHECK(loaded->replicas == config.replicas);
  CHECK(loaded->read_quorum == 2);
  CHECK(loaded->write_quorum == 3);
  CHECK(loaded->choices.seq_step == 9);
  CHECK(loaded->sections_of(kHome1) == config.sections_of(kHome1));
  CHECK_FALSE(load_state<Config>(save_state(config, 2), 3));
}

TEST_CASE("an address survives packing and its order is kind and then number") {
  for (const Address address : {Address{}, kHome1, Address{RoleKind::kDevice, 0xFF'FFFF'FFFF'FFFF},
                                Address{RoleKind::kAdministrator, 1}}) {
    CHECK(unpack(pack(address)) == address);
  }
  CHECK(pack(kHome1) == (std::uint64_t{3} << 56 | 1));
  CHECK(pack({}) == 0);
  CHECK(kHome1 < kHome2);
  CHECK(kHome2 < kMailbox1);
  CHECK(pack(kHome2) < pack(kMailbox1));
  CHECK(static_cast<unsigned>(unpack(~std::uint64_t{0}).kind) == 255);
}

TEST_CASE("every kind of role has a name of its own and an unknown one its number") {
  std::set<std::string> names;
  for (unsigned kind : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 21, 22}) {
    const std::string name = to_text(static_cast<RoleKind>(kind));
    CHECK(name.find("role") == std::string::npos);
    CHECK(names.insert(name).second);
  }
  CHECK(to_text(static_cast<RoleKind>(99)) == "role 99");
  CHECK(to_text(kMailbox2) == "mailbox-2");
  CHECK(to_text(Address{RoleKind::kStore, 1}) == "store-1");
}

TEST_CASE("both of a pair are its members and nobody is a member of what is no conversation") {
  const ConversationId pair = pair_of(UserId{9}, UserId{4});
  CHECK(members_of(pair) == std::array<UserId, 2>{UserId{4}, UserId{9}});
  CHECK(is_member(pair, UserId{4}));
  CHECK(is_member(pair, UserId{9}));
  CHECK_FALSE(is_member(pair, UserId{5}));
  CHECK_FALSE(is_member(pair, UserId{0}));
  CHECK_FALSE(is_member(ConversationId{4}, UserId{4}));
  CHECK_FALSE(is_member(ConversationId{std::uint64_t{9} << 32 | 4}, UserId{4}));
  CHECK_FALSE(is_member(ConversationId{std::uint64_t{4} << 32 | 4}, UserId{4}));
  CHECK_FALSE(is_member(ConversationId{kGroupBit | std::uint64_t{4} << 32 | 9}, UserId{4}));
}

TEST_CASE("WF 3.2: users are cut into sections of numbers finer or coarser than those of inboxes") {
  Config config = some_config();  // three sections of 100 users
  const auto cut_by = [&config](SeqCut cut) {
    config.seq_cut = cut;
    config.seq_owners.assign(config.seq_sections(cut), kSeq1);
    return config.seq_owners.size();
  };
  CHECK(cut_by(SeqCut::kWhole) == 3);
  CHECK(cut_by(SeqCut::kQuarter) == 12);
  CHECK(cut_by(SeqCut::kHalf) == 6);
  CHECK(cut_by(SeqCut::kDouble) == 2);
  CHECK(cut_by(SeqCut::kQuadruple) == 1);
  for (std::uint32_t ups : {1U, 2U, 3U, 5U, 100U}) {
    config.users_per_section = ups;
    for (SeqCut cut : kSeqCuts) {
      const std::size_t sections = cut_by(cut);
      UserId next{1};
      for (std::uint32_t index = 0; index < sections; ++index) {
        const SectionId id = section_of(cut, index);
        CHECK(config.has_section(id));
        CHECK(config.first_user(id) == next);
        CHECK(config.last_user(id) >= next);
        CHECK(config.seq_section(config.first_user(id)) == id);
        CHECK(config.seq_section(config.last_user(id)) == id);
        next = UserId{config.last_user(id).value + 1};
      }
      CHECK(next.value == config.users_max() + 1);
      CHECK_FALSE(config.could_have_section(section_of(cut, static_cast<std::uint32_t>(sections))));
    }
  }
}

TEST_CASE("the sections of the cut before are those with a common user") {
  Config config = some_config();
  const auto before = [&config](SeqCut older, SectionId numbers) {
    config.seq_cut_before = older;
    std::vector<std::uint32_t> places;
    for (SectionId id : config.sections_before(numbers)) {
      CHECK(cut_of(id) == older);
      places.push_back(index_of(id));
    }
    return places;
  };
  using Places = std::vector<std::uint32_t>;
  CHECK(before(SeqCut::kWhole, section_of(SeqCut::kHalf, 3)) == Places{1});
  CHECK(before(SeqCut::kQuarter, section_of(SeqCut::kHalf, 3)) == Places{6, 7});
  CHECK(before(SeqCut::kHalf, section_of(SeqCut::kDouble, 1)) == Places{4, 5});
  CHECK(before(SeqCut::kDouble, section_of(SeqCut::kQuadruple, 0)) == Places{0, 1});
  CHECK(before(SeqCut::kQuadruple, section_of(SeqCut::kQuarter, 11)) == Places{0});
  config.users_per_section = 5;  // a half has three users, a quarter two
  CHECK(before(SeqCut::kQuarter, section_of(SeqCut::kHalf, 1)) == Places{1, 2});
}

}  // namespace
}  // namespace glasspost::tests
