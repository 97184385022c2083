// Why a user's next number will be what it will be: what the allocator tells, and the sentence that
// is made of it. Each case then takes a number, and it is the one that was said.
#include "engine/core/limits.hpp"
#include "engine/core/numbers.hpp"
#include "tests/roles/support/allocator.hpp"

namespace glasspost::tests {
namespace {

constexpr Address kAdministrator{RoleKind::kAdministrator, 1};

NumberView show(Allocator& allocator, std::uint32_t user) {
  v1::Letter letter;
  letter.mutable_show_numbers()->set_user(user);
  const std::uint64_t before = allocator.role.hash();
  allocator.feed(from(kAdministrator, letter));
  CHECK(allocator.role.hash() == before);
  const v1::Letter answer = allocator.one(v1::Letter::kNumbersShown);
  CHECK(answer.target() == pack(kAdministrator));
  return {"bob", "seq-1", "", answer.numbers_shown()};
}

bool says(const std::string& sentence, std::string_view words) {
  return sentence.find(words) != std::string::npos;
}

TEST_CASE("hot: one above the last, and this user drives the ceiling") {
  Allocator allocator = serving_allocator(100);
  take(allocator, 7, 5);
  take(allocator, 3, 46);
  const NumberView view = show(allocator, 3);
  CHECK(case_of(view) == NumberCase::kHot);
  CHECK(why_next(view) ==
        "The next number of bob is 47, one above the last, 46, and that is the highest of section "
        "0: bob drives its ceiling. The durable ceiling is 100; the next one is asked for when "
        "somebody gets a number above 50.");
  CHECK(next_number(view) == take(allocator, 3));
  const NumberView other = show(allocator, 7);
  CHECK(case_of(other) == NumberCase::kUsual);
  CHECK(says(why_next(other), "is 6, one above the last, 5. Others of section 0 have come to 47."));
  CHECK(next_number(other) == take(allocator, 7));
}

TEST_CASE("hot, with the next ceiling on its way, and at the ceiling") {
  Allocator allocator = serving_allocator(100);
  ask(allocator, 1, {{3, 60}});
  CHECK(says(why_next(show(allocator, 3)), "The durable ceiling is 100, and 200 is asked for"));
  ask(allocator, 2, {{3, 40}});
  CHECK(says(why_next(show(allocator, 3)),
             "It must wait until the store has confirmed a ceiling above 100; 200 is asked for."));
}

TEST_CASE("silent: above what anybody had when the owner began, whatever this user had") {
  Allocator allocator = serving_allocator(100);
  const NumberView fresh = show(allocator, 3);
  CHECK(case_of(fresh) == NumberCase::kSilent);
  CHECK(next_number(fresh) == 1);
  CHECK(says(why_next(fresh), "The next number of bob is 1: bob never got one"));
  CHECK(take(allocator, 3) == 1);
  allocator.take_over(new_allocator());
  take(allocator, 7, 20);
  const NumberView view = show(allocator, 3);
  CHECK(case_of(view) == NumberCase::kSilent);
  CHECK(says(why_next(view),
             "The next number of bob is 101: bob got none since seq-1 took section 0 over under "
             "epoch 2. It began at the ceiling that it found, 100, which the hottest user of the "
             "section had driven there; others have come to 120 since."));
  CHECK(next_number(view) == take(allocator, 3));
}

TEST_CASE("just moved: nobody has got a number since, and everybody jumps") {
  Allocator allocator = serving_allocator(100);
  take(allocator, 3, 9);
  allocator.take_over(new_allocator());
  const NumberView view = show(allocator, 3);
  CHECK(case_of(view) == NumberCase::kMoved);
  CHECK(
      says(why_next(view),
           "The next number of bob is 101: seq-1 has just taken section 0 over under epoch 2, and "
           "nobody there has got a number since. It began at the ceiling that it found, 100:"));
  CHECK(next_number(view) == take(allocator, 3));
}

TEST_CASE("no owner: while it takes over, and when it is silent") {
  Allocator allocator(config_with_step(100));
  allocator.start();
  NumberView view = show(allocator, 3);
  CHECK_FALSE(view.answer.serves());
  CHECK(case_of(view) == NumberCase::kNoOwner);
  CHECK(next_number(view) == 0);
  CHECK(says(why_next(view),
             "Nobody hands out numbers to bob now: seq-1 is taking the section over. "));
  allocator.commit();
  view = show(allocator, 3);
  CHECK(case_of(view) == NumberCase::kSilent);
  view.silence = "it is paused";
  CHECK(case_of(view) == NumberCase::kNoOwner);
  CHECK(says(why_next(view), "seq-1 does not answer (it is paused). Who serves next begins at"));
}

TEST_CASE("a user of another allocator, and one that there is not, are not served here") {
  Allocator allocator = serving_allocator(100);
  CHECK(show(allocator, 101).answer.section() == section_of(SectionKind::kSeq, 1).value);
  for (std::uint32_t user : {0U, 101U, 201U, 0xffff'ffffU})
    CHECK_FALSE(show(allocator, user).answer.serves());
}

TEST_CASE("used up: there is no next number") {
  NumberView view{"bob", "seq-1", "", {}};
  view.answer.set_serves(true);
  view.answer.set_floor(limits::kNumberMax);
  CHECK(case_of(view) == NumberCase::kUsedUp);
  CHECK(next_number(view) == 0);
  CHECK(says(why_next(view), "bob has no next number: the last one, 9223372036854775807,"));
}

}  // namespace
}  // namespace glasspost::tests
