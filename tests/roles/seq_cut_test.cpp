// A new cut of the users (seq.section): what an allocator closes before it serves, and where it
// begins.
#include "engine/core/limits.hpp"
#include "engine/core/routes.hpp"
#include "tests/roles/support/allocator.hpp"

namespace glasspost::tests {
namespace {

// The first 200 users in sections of 100, or by another cut; all of it is ours.
Config config_by(SeqCut cut, SeqCut before, std::uint64_t version) {
  Config config = config_with_step(100);
  config.seq_cut = cut;
  config.seq_cut_before = before;
  config.seq_cut_version = version;
  config.route_version = version + 1;
  config.seq_owners.assign(config.seq_sections(cut), kSeq1);
  config.owners = {kSeq1, {RoleKind::kSeq, 2}};
  return config;
}

struct Cut : Allocator {
  Cut() : Allocator(config_by(SeqCut::kWhole, SeqCut::kWhole, 0)) { serve(); }

  // The next table, for the allocator and its replicas.
  void cut(const Config& next) {
    config = next;
    for (Bench& store : stores) {
      store.config = next;
      store.configure();
    }
    configure();
  }

  std::uint64_t next_number(std::uint32_t user) {
    feed(take_letter(1, {{user}}, config.seq_section(UserId{user})));
    commit();
    return one(v1::Letter::kNumbersTaken).numbers_taken().ranges(0).first();
  }
};

TEST_CASE("WF 3.3: a split copies the ceiling, a merge takes the highest") {
  Cut allocator;
  allocator.next_number(7);
  for (int i = 0; i < 3; ++i)
    allocator.feed(take_letter(2, {{150, 99}}, allocator.config.seq_section(UserId{150})));
  allocator.commit();
  allocator.take(v1::Letter::kNumbersTaken);
  const std::uint64_t hot = allocator.role.as<Seq>().state().sections.rbegin()->second.ceiling;
  CHECK(hot > 200);
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kWhole, 2));
  allocator.commit();
  CHECK(allocator.next_number(7) == 101);
  CHECK(allocator.next_number(99) == 101);
  CHECK(allocator.next_number(101) == hot + 1);  // of the hot one's section, though not of its half
  allocator.cut(config_by(SeqCut::kDouble, SeqCut::kHalf, 3));
  allocator.commit();
  CHECK(allocator.next_number(7) > hot + 1);
  CHECK(allocator.next_number(150) > hot + 1);
}

TEST_CASE(
    "a section of a new cut serves nobody until each old one that it shares users with ends") {
  Cut allocator;
  allocator.cut(config_by(SeqCut::kDouble, SeqCut::kWhole, 2));
  const SectionId merged = section_of(SeqCut::kDouble, 0);
  allocator.carry();  // its own register is read
  allocator.carry();  // ... and changed
  allocator.carry();  // sealed
  CHECK(allocator.role.as<Seq>().state().closing.size() == 2);
  CHECK_FALSE(allocator.role.as<Seq>().state().sections.at(merged).serves);
  allocator.feed(take_letter(1, {{7}}, merged));
  CHECK(allocator.take(v1::Letter::kNumbersTaken).empty());
  allocator.commit();
  CHECK(allocator.role.as<Seq>().state().sections.at(merged).serves);
}

TEST_CASE("once a ceiling names the cut, a later life closes nothing") {
  Cut allocator;
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kWhole, 2));
  allocator.commit();
  CHECK(allocator.role.as<Seq>().state().closing.size() == 2);
  CHECK(allocator.next_number(7) == 101);
  allocator.take_over(new_allocator());
  CHECK(allocator.role.as<Seq>().state().closing.empty());
  CHECK(allocator.next_number(7) == 201);
}

TEST_CASE("one that died before its first ceiling leaves the closing to the next life") {
  Cut allocator;
  CHECK(allocator.next_number(7) == 1);
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kWhole, 2));
  const SectionId half = section_of(SeqCut::kHalf, 0);
  while (!allocator.role.as<Seq>().state().sections.at(half).serves)
    REQUIRE(allocator.carry());
  allocator.lose();  // the raise
  allocator.take_over(new_allocator());
  CHECK(allocator.role.as<Seq>().state().closing.size() == 2);
  CHECK(allocator.next_number(7) == 101);
}

TEST_CASE("back to a cut that was there before: what came in between counts") {
  Cut allocator;
  CHECK(allocator.next_number(7) == 1);
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kWhole, 2));
  allocator.commit();
  CHECK(allocator.next_number(7) == 101);
  allocator.cut(config_by(SeqCut::kWhole, SeqCut::kHalf, 4));
  allocator.commit();
  CHECK(allocator.next_number(7) == 201);
}

TEST_CASE("the same cut by a newer table is another one: it may have been away in between") {
  Cut allocator;
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kWhole, 2));
  allocator.commit();
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kDouble, 6));  // 3 to 5 were never heard of
  CHECK(allocator.role.as<Seq>().state().sections.size() == 4);
  for (const auto& [id, section] : allocator.role.as<Seq>().state().sections)
    CHECK_FALSE(section.serves);
  allocator.commit();
  CHECK(allocator.role.as<Seq>().state().closing.size() == 1);
  CHECK(allocator.next_number(7) > 100);
}

TEST_CASE("who asks by another cut is refused, and may look at its table") {
  Cut allocator;
  allocator.cut(config_by(SeqCut::kHalf, SeqCut::kWhole, 2));
  allocator.commit();
  allocator.feed(take_letter(1, {{7}}));
  const v1::Letter refused = allocator.one(v1::Letter::kNumbersRefused);
  CHECK(refused.numbers_refused().failure() == v1::NUMBERS_FAILURE_NOT_OWNER);
  allocator.feed(take_letter(2, {{7}}, section_of(SeqCut::kHalf, 4)));
  const v1::Letter none = allocator.one(v1::Letter::kNumbersRefused);
  CHECK(none.numbers_refused().failure() == v1::NUMBERS_FAILURE_NO_SECTION);
  allocator.feed(take_letter(3, {{7}, {51}}, section_of(SeqCut::kHalf, 0)));
  const v1::Letter other = allocator.one(v1::Letter::kNumbersRefused);
  CHECK(other.numbers_refused().failure() == v1::NUMBERS_FAILURE_OTHER_SECTION);
}

TEST_CASE("a replica answers for no section that no cut could have") {
  Bench store(kStore1, RoleBox::of(Store(kStore1)), small_config());
  store.start();
  for (const SectionId none :
       {section_of(SeqCut::kHalf, 4), section_of(SeqCut::kQuadruple, 1),
        section_of(SectionKind::kMailbox, 2), SectionId{3U << 24 | 7U << 21}, SectionId{9U << 24},
        SectionId{2U << 24 | 1U << 21}, SectionId{0xffff'ffff}}) {
    v1::Letter letter;
    letter.mutable_seal_section()->set_section(none.value);
    letter.mutable_seal_section()->set_epoch(1);
    store.feed(from(kSeq1, letter));
    CHECK(store.said.empty());
  }
  CHECK(store.role.as<Store>().state().sections.empty());
}

}  // namespace
}  // namespace glasspost::tests
