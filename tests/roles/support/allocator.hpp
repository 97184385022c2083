// An allocator, spoken to in verbs.
#pragma once

#include <string>
#include <vector>

#include "engine/roles/seq/seq.hpp"
#include "tests/roles/support/owner.hpp"
#include "tests/roles/support/people.hpp"

namespace glasspost::tests {

inline const SectionId kNumbers = section_of(SectionKind::kSeq, 0);

inline RoleBox new_allocator() {
  return RoleBox::of(Seq(kSeq1));
}

struct Allocator : Owner {
  explicit Allocator(const Config& lived_by = small_config())
      : Owner(kSeq1, new_allocator(), lived_by) {}

  const Seq::Section& section() const { return role.as<Seq>().state().sections.at(kNumbers); }
};

inline Config config_with_step(std::uint64_t seq_step) {
  Config config = small_config();
  config.choices.seq_step = seq_step;
  return config;
}

inline Allocator serving_allocator(std::uint64_t seq_step) {
  Allocator allocator(config_with_step(seq_step));
  allocator.serve();
  return allocator;
}

struct Wanted {
  std::uint32_t user = 0;
  std::uint32_t count = 1;
};

inline v1::Letter take_letter(std::uint64_t ticket, const std::vector<Wanted>& wanted,
                              SectionId section = kNumbers) {
  v1::Letter letter;
  letter.mutable_take_numbers()->set_ticket(ticket);
  letter.mutable_take_numbers()->set_section(section.value);
  for (const Wanted& each : wanted) {
    v1::NumberRange& range = *letter.mutable_take_numbers()->add_ranges();
    range.set_user(each.user);
    range.set_count(each.count);
  }
  return from(kMailbox1, letter);
}

// Asks; what the allocator wants of its replicas waits.
inline void ask(Allocator& allocator, std::uint64_t ticket, const std::vector<Wanted>& wanted) {
  allocator.feed(take_letter(ticket, wanted));
}

// The first number that one user gets, once the allocator may answer.
inline std::uint64_t take(Allocator& allocator, std::uint32_t user, std::uint32_t count = 1) {
  ask(allocator, 1, {{user, count}});
  allocator.commit();
  const v1::NumbersTaken taken = allocator.one(v1::Letter::kNumbersTaken).numbers_taken();
  REQUIRE(taken.ranges_size() == 1);
  CHECK(taken.ranges(0).user() == user);
  CHECK(taken.ranges(0).count() == count);
  return taken.ranges(0).first();
}

}  // namespace glasspost::tests
