// What an allocator refuses, by which name, and that nothing changes by it.
#include <set>

#include "engine/core/limits.hpp"
#include "engine/core/numbers.hpp"
#include "tests/roles/support/allocator.hpp"

namespace glasspost::tests {
namespace {

const SectionId kOtherNumbers = section_of(SectionKind::kSeq, 1);  // of seq-2

// Asks; whatever comes is one refusal, at once, and the state is what it was.
v1::NumbersRefused refused(Allocator& allocator, const v1::Letter& question) {
  const std::uint64_t before = allocator.role.hash();
  const std::size_t facts = allocator.facts.size() + allocator.released.size();
  allocator.feed(question);
  CHECK(allocator.role.hash() == before);
  CHECK(allocator.facts.size() + allocator.released.size() == facts);
  const v1::Letter letter = allocator.one(v1::Letter::kNumbersRefused);
  CHECK(allocator.said.empty());
  CHECK(letter.target() == question.source());
  CHECK(letter.numbers_refused().failure() != v1::NUMBERS_FAILURE_UNSPECIFIED);
  CHECK_FALSE(sentence_of(letter.numbers_refused().failure()).empty());
  return letter.numbers_refused();
}

v1::Letter read_letter(const std::vector<std::uint32_t>& users, SectionId section = kNumbers) {
  v1::Letter letter;
  letter.mutable_read_numbers()->set_ticket(9);
  letter.mutable_read_numbers()->set_section(section.value);
  for (std::uint32_t user : users)
    letter.mutable_read_numbers()->add_users(user);
  return from(kMailbox1, letter);
}

v1::Letter of_epoch(v1::Letter letter, std::uint64_t epoch) {
  if (letter.has_read_numbers()) {
    letter.mutable_read_numbers()->set_epoch(epoch);
  } else {
    letter.mutable_take_numbers()->set_epoch(epoch);
  }
  return letter;
}

// An allocator whose section begins at this ceiling.
Allocator allocator_at(std::uint64_t ceiling) {
  Allocator allocator = serving_allocator(1'000);
  v1::Letter raise;
  raise.mutable_raise_ceiling()->set_section(kNumbers.value);
  raise.mutable_raise_ceiling()->set_epoch(allocator.section().claim.epoch);
  raise.mutable_raise_ceiling()->set_ceiling(ceiling);
  allocator.stores.front().feed(from(kSeq1, raise));
  allocator.stores.front().said.clear();
  allocator.take_over(new_allocator());
  return allocator;
}

TEST_CASE("every bad entry has a name of its own, says whose it is, and spoils the whole request") {
  struct Case {
    std::vector<Wanted> wanted;
    v1::NumbersFailure failure;
    std::uint32_t user;
  };
  const std::uint32_t many = limits::kNumbersPerUserMax + 1;
  const std::vector<Case> cases{
      {{{3, 1}, {201, 1}}, v1::NUMBERS_FAILURE_UNKNOWN_USER, 201},
      {{{3, 1}, {0xffff'ffff, 1}}, v1::NUMBERS_FAILURE_UNKNOWN_USER, 0xffff'ffff},
      {{{0, 1}, {3, 1}}, v1::NUMBERS_FAILURE_UNKNOWN_USER, 0},
      {{{3, 1}, {101, 1}}, v1::NUMBERS_FAILURE_OTHER_SECTION, 101},
      {{{3, 1}, {7, 0}}, v1::NUMBERS_FAILURE_BAD_COUNT, 7},
      {{{3, 1}, {7, many}}, v1::NUMBERS_FAILURE_BAD_COUNT, 7},
      {{{3, 1}, {7, 1'000'000}}, v1::NUMBERS_FAILURE_BAD_COUNT, 7},
      {{{3, 1}, {7, 0xffff'ffff}}, v1::NUMBERS_FAILURE_BAD_COUNT, 7},
      {{{7, 1}, {3, 1}}, v1::NUMBERS_FAILURE_BAD_LIST, 3},
      {{{3, 1}, {3, 1}}, v1::NUMBERS_FAILURE_BAD_LIST, 3},
      {{}, v1::NUMBERS_FAILURE_BAD_LIST, 0}};
  Allocator allocator = serving_allocator(100'000);
  for (const Case& one : cases) {
    CAPTURE(one.user);
    const v1::NumbersRefused answer = refused(allocator, take_letter(42, one.wanted));
    CHECK(answer.ticket() == 42);
    CHECK(answer.section() == kNumbers.value);
    CHECK(answer.failure() == one.failure);
    CHECK(answer.user() == one.user);
    CHECK(answer.epoch() == allocator.section().claim.epoch);
  }
  CHECK(take(allocator, 3) == 1);
  CHECK(take(allocator, 7, limits::kNumbersPerUserMax) == 1);
}

TEST_CASE("reading refuses what taking refuses") {
  Allocator allocator = serving_allocator(100);
  const auto failure_of = [&allocator](const v1::Letter& question) {
    return refused(allocator, question).failure();
  };
  CHECK(failure_of(read_letter({3, 201})) == v1::NUMBERS_FAILURE_UNKNOWN_USER);
  CHECK(failure_of(read_letter({0})) == v1::NUMBERS_FAILURE_UNKNOWN_USER);
  CHECK(failure_of(read_letter({3, 101})) == v1::NUMBERS_FAILURE_OTHER_SECTION);
  CHECK(failure_of(read_letter({7, 3})) == v1::NUMBERS_FAILURE_BAD_LIST);
  CHECK(failure_of(read_letter({})) == v1::NUMBERS_FAILURE_BAD_LIST);
  CHECK(failure_of(read_letter({101}, kOtherNumbers)) == v1::NUMBERS_FAILURE_NOT_OWNER);
  CHECK(failure_of(of_epoch(read_letter({3}), 99)) == v1::NUMBERS_FAILURE_STALE_EPOCH);
}

TEST_CASE("a section that there is not, one of another kind, and one of another owner") {
  Allocator allocator = serving_allocator(100);
  for (const SectionId none : {section_of(SectionKind::kSeq, 2), SectionId{0xffff'ffff},
                               SectionId{0}, section_of(SectionKind::kMailbox, 0)}) {
    CAPTURE(none.value);
    const v1::NumbersRefused answer = refused(allocator, take_letter(1, {{3, 1}}, none));
    CHECK(answer.failure() == v1::NUMBERS_FAILURE_NO_SECTION);
    CHECK(answer.epoch() == 0);
  }
  const v1::NumbersRefused answer = refused(allocator, take_letter(1, {{101, 1}}, kOtherNumbers));
  CHECK(answer.failure() == v1::NUMBERS_FAILURE_NOT_OWNER);
  CHECK(answer.epoch() == 0);
}

TEST_CASE("an epoch that is not the owner's is stale, older or newer, and the answer names ours") {
  Allocator allocator = serving_allocator(100);
  allocator.take_over(new_allocator());
  const std::uint64_t epoch = allocator.section().claim.epoch;
  REQUIRE(epoch > 1);
  for (const std::uint64_t meant : {epoch - 1, epoch + 1, ~std::uint64_t{0}}) {
    CAPTURE(meant);
    const v1::NumbersRefused answer = refused(allocator, of_epoch(take_letter(1, {{3, 1}}), meant));
    CHECK(answer.failure() == v1::NUMBERS_FAILURE_STALE_EPOCH);
    CHECK(answer.epoch() == epoch);
  }
  allocator.feed(of_epoch(take_letter(1, {{3, 1}}), epoch));
  CHECK(allocator.one(v1::Letter::kNumbersTaken).numbers_taken().ranges_size() == 1);
}

TEST_CASE("more users than one request may have") {
  Config config = config_with_step(100);
  config.users_per_section = 100'000;
  Allocator allocator(config);
  allocator.serve();
  std::vector<Wanted> wanted;
  for (std::uint32_t user = 1; user <= limits::kNumberedUsersMax + 1; ++user)
    wanted.push_back({user, 1});
  CHECK(refused(allocator, take_letter(1, wanted)).failure() == v1::NUMBERS_FAILURE_BAD_LIST);
  wanted.pop_back();
  ask(allocator, 2, wanted);
  const v1::NumbersTaken taken = allocator.one(v1::Letter::kNumbersTaken).numbers_taken();
  REQUIRE(taken.ranges_size() == 10'000);  // one message to ten thousand inboxes
  CHECK(taken.ranges(0).first() == 1);
  CHECK(taken.ranges(9'999).user() == 10'000);
  CHECK(taken.ranges(9'999).first() == 1);
}

TEST_CASE("near 2^63 the last numbers are handed out, and then refused by name") {
  Allocator allocator = allocator_at(limits::kNumberMax - 5);
  CHECK(take(allocator, 3, 3) == limits::kNumberMax - 4);
  CHECK(allocator.section().ceiling == limits::kNumberMax);
  const v1::NumbersRefused answer = refused(allocator, take_letter(1, {{3, 3}}));
  CHECK(answer.failure() == v1::NUMBERS_FAILURE_USED_UP);
  CHECK(answer.user() == 3);
  CHECK(sentence_of(answer.failure()).find("2^63") != std::string_view::npos);
  CHECK(refused(allocator, take_letter(1, {{2, 1}, {3, 10'000}})).user() == 3);
  CHECK(take(allocator, 3, 2) == limits::kNumberMax - 1);
  CHECK(refused(allocator, take_letter(1, {{3, 1}})).failure() == v1::NUMBERS_FAILURE_USED_UP);
  CHECK(take(allocator, 7, 5) == limits::kNumberMax - 4);  // the others have their own space
}

TEST_CASE("a life that begins at the last number, or at a ceiling that nobody may have") {
  for (const std::uint64_t ceiling :
       {limits::kNumberMax, limits::kNumberMax + 1, ~std::uint64_t{0}}) {
    CAPTURE(ceiling);
    Allocator allocator = allocator_at(ceiling);
    CHECK(allocator.section().ceiling == limits::kNumberMax);
    CHECK(refused(allocator, take_letter(1, {{3, 1}})).failure() == v1::NUMBERS_FAILURE_USED_UP);
    allocator.feed(read_letter({3}));
    CHECK(allocator.one(v1::Letter::kNumbersRead).numbers_read().last(0) == limits::kNumberMax);
    allocator.wait(limits::kStoreRetry * 10);
    allocator.take(v1::Letter::kRenewLeases);
    CHECK(allocator.said.empty());
  }
}

TEST_CASE("too many requests beyond the ceiling: the newest is refused, none is lost") {
  Allocator allocator = serving_allocator(10);
  for (std::size_t i = 0; i < limits::kWaitingTakesMax; ++i)
    ask(allocator, 100 + i, {{3, 11}});
  allocator.lose();
  const v1::NumbersRefused answer = refused(allocator, take_letter(1, {{3, 11}}));
  CHECK(answer.failure() == v1::NUMBERS_FAILURE_BUSY);
  allocator.wait(limits::kStoreRetry);
  allocator.commit();
  CHECK(allocator.take(v1::Letter::kNumbersTaken).size() == limits::kWaitingTakesMax);
}

TEST_CASE("a caller that has one request under way replaces it, one that has many does not") {
  Allocator allocator = serving_allocator(10);
  for (const bool alone : {false, true}) {
    CAPTURE(alone);
    for (const std::uint64_t ticket : {1, 2}) {
      v1::Letter letter = take_letter(ticket, {{3, 20}});
      letter.mutable_take_numbers()->set_alone(alone);
      allocator.feed(letter);
    }
    allocator.commit();
    const Letters taken = allocator.take(v1::Letter::kNumbersTaken);
    REQUIRE(taken.size() == (alone ? 1 : 2));
    CHECK(taken.back().numbers_taken().ticket() == 2);
  }
}

TEST_CASE("every name of a refusal has a sentence of its own") {
  std::set<std::string_view> sentences;
  const auto* names = v1::NumbersFailure_descriptor();
  for (int i = 0; i < names->value_count(); ++i) {
    sentences.insert(sentence_of(static_cast<v1::NumbersFailure>(names->value(i)->number())));
  }
  CHECK(sentences.size() == static_cast<std::size_t>(names->value_count()));
}

}  // namespace
}  // namespace glasspost::tests
