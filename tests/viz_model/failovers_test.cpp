// How a failover went, from the facts of its sections: each step with its length.
#include "viz/model/failovers.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr std::uint32_t kSeq1 = 6U << 24 | 1;
constexpr std::uint32_t kSeq2 = 6U << 24 | 2;
constexpr std::uint32_t kStore = 7U << 24 | 1;
constexpr Address kFirst{RoleKind::kSeq, 1};
constexpr Address kSecond{RoleKind::kSeq, 2};
const Failovers::Choices kChoices{{"seq.detect", "1s"}, {"seq.poll", "1s"}, {"seq.lease", "5s"}};

Time at(double seconds) {
  return time_from_us(static_cast<std::int64_t>(seconds * 1e6));
}

struct Run {
  Failovers failovers;

  void tell(double seconds, FactKind kind, std::uint32_t role, std::uint64_t subject,
            std::uint64_t object = 0, std::uint64_t number = 0, std::uint64_t value = 0) {
    Fact fact;
    fact.time_us = to_us(at(seconds));
    fact.kind = kind;
    fact.role = role;
    fact.node = static_cast<std::uint16_t>(role & 0xFF);
    fact.subject = subject;
    fact.object = object;
    fact.number = number;
    fact.value = value;
    failovers.apply(fact, kChoices);
  }
  static std::uint32_t section(std::uint32_t index) { return 3U << 24 | index; }

  // seq-1 serves two sections from its first life on.
  void begin() {
    for (const std::uint32_t index : {0U, 1U}) {
      tell(1, FactKind::kClaimed, kSeq1, section(index), 1, 100);
      tell(1.1, FactKind::kServing, kSeq1, section(index), 1);
    }
  }
  // It falls silent at 10 s; two arbiters say so and change the routes.
  void lose(std::uint64_t wait_us) {
    tell(11.5, FactKind::kSuspected, 8U << 24 | 1, pack(kFirst), 100, 1'500'000, 2);
    tell(11.6, FactKind::kSuspected, 8U << 24 | 2, pack(kFirst), 100, 1'600'000, 2);
    for (const double when : {11.7, 11.75}) {
      for (const std::uint32_t index : {0U, 1U})
        tell(when, FactKind::kRouted, 8U << 24 | 1, section(index), pack(kSecond), 2, pack(kFirst));
    }
    for (const std::uint32_t index : {0U, 1U}) {
      tell(12, FactKind::kClaimed, kSeq2, section(index), 2, 200, wait_us);
      tell(12.1 + 0.1 * index, FactKind::kSealed, kStore, section(index), 2);
    }
  }
  void serve(double when, std::uint32_t index) {
    tell(when, FactKind::kServing, kSeq2, section(index), 2);
  }
  const Failover& only() const {
    REQUIRE(failovers.all().size() == 1);
    return failovers.all().front();
  }
};

StepSpan span(FailoverStep step, double from, double to) {
  return {step, at(from), at(to), false};
}

bool same(const StepSpan& a, const StepSpan& b) {
  return a.step == b.step && a.from == b.from && a.to == b.to && a.open == b.open;
}

void check_steps(const std::vector<StepSpan>& steps, const std::vector<StepSpan>& wanted) {
  REQUIRE(steps.size() == wanted.size());
  for (std::size_t index = 0; index < steps.size(); ++index) {
    CAPTURE(index);
    CHECK(same(steps[index], wanted[index]));
  }
}

TEST_CASE("the first owner of a section is no failover") {
  Run run;
  run.begin();
  CHECK(run.failovers.all().empty());
}

TEST_CASE("sections that move together are one failover, told by two arbiters or by one") {
  Run run;
  run.begin();
  run.lose(5'000'000);
  CHECK(run.only().sections == 2);
  CHECK(run.only().before == kFirst);
  CHECK(run.only().after == kSecond);
  CHECK_FALSE(run.only().over());
  run.serve(17, 0);
  CHECK_FALSE(run.only().over());
  run.serve(17.5, 1);
  CHECK(run.only().over());
}

TEST_CASE("detect, decide, seal, wait, serve: each has its length, the last section ends a step") {
  Run run;
  run.begin();
  run.lose(5'000'000);
  run.serve(17.01, 0);
  run.serve(17.5, 1);
  check_steps(run.only().steps(at(30)),
              {span(FailoverStep::kDetect, 10, 11.5), span(FailoverStep::kDecide, 11.5, 12),
               span(FailoverStep::kSeal, 12, 12.2), span(FailoverStep::kWait, 12.2, 17),
               span(FailoverStep::kServe, 17, 17.5)});
  CHECK(run.only().gap(at(30)) == std::chrono::milliseconds(7'500));
  CHECK(run.only().predicted() == std::chrono::seconds(7));
}

TEST_CASE("with a death certificate nobody waits") {
  Run run;
  run.begin();
  run.lose(0);
  run.serve(12.4, 0);
  run.serve(12.5, 1);
  check_steps(run.only().steps(at(30)),
              {span(FailoverStep::kDetect, 10, 11.5), span(FailoverStep::kDecide, 11.5, 12),
               span(FailoverStep::kSeal, 12, 12.2), span(FailoverStep::kServe, 12.2, 12.5)});
}

TEST_CASE("a failover on its way shows the step in which it is, up to now") {
  Run run;
  run.begin();
  run.lose(5'000'000);
  const std::vector<StepSpan> steps = run.only().steps(at(14));
  REQUIRE(steps.size() == 4);
  CHECK(steps.back().step == FailoverStep::kWait);
  CHECK(steps.back().open);
  CHECK(steps.back().to == at(14));
  CHECK(run.only().gap(at(14)) == std::chrono::seconds(4));
}

TEST_CASE(
    "where nobody told since when an owner was silent, its end is the beginning, if it ended") {
  Run silent;
  silent.begin();
  silent.tell(21.5, FactKind::kSuspected, 8U << 24 | 1, pack(kFirst), 100, 0, 2);
  silent.tell(21.7, FactKind::kRouted, 8U << 24 | 1, Run::section(0), pack(kSecond), 2,
              pack(kFirst));
  CHECK_FALSE(silent.only().begin_told());
  CHECK(silent.only().begins() == at(21.5));
  Run ended;
  ended.begin();
  ended.tell(20, FactKind::kEnded, 0, 1, 100, 0, 9);
  ended.tell(21.5, FactKind::kSuspected, 8U << 24 | 1, pack(kFirst), 100, 0, 2);
  ended.tell(21.7, FactKind::kRouted, 8U << 24 | 1, Run::section(0), pack(kSecond), 2,
             pack(kFirst));
  CHECK(ended.only().begin_told());
  CHECK(ended.only().begins() == at(20));
}

TEST_CASE("an owner that comes back in time is a restart: nothing is detected") {
  Run run;
  run.begin();
  run.tell(10, FactKind::kEnded, 0, 1, 100, 0, 9);
  run.tell(10.6, FactKind::kClaimed, kSeq1, Run::section(0), 2, 101);
  run.tell(10.7, FactKind::kSealed, kStore, Run::section(0), 2);
  run.tell(10.8, FactKind::kServing, kSeq1, Run::section(0), 2);
  CHECK_FALSE(run.only().moved());
  CHECK(run.only().predicted() == Duration(0));
  check_steps(run.only().steps(at(30)),
              {span(FailoverStep::kRestart, 10, 10.6), span(FailoverStep::kSeal, 10.6, 10.7),
               span(FailoverStep::kServe, 10.7, 10.8)});
}

TEST_CASE("a section that moves on before it is served leaves the first failover behind") {
  Run run;
  run.begin();
  run.lose(5'000'000);
  run.serve(17, 0);
  run.tell(18, FactKind::kRouted, 8U << 24 | 1, Run::section(1), pack(kFirst), 3, pack(kSecond));
  REQUIRE(run.failovers.all().size() == 2);
  CHECK(run.failovers.all()[0].over());
  CHECK(run.failovers.all()[0].passed_on == 1);
  CHECK(run.failovers.all()[1].after == kFirst);
}

}  // namespace
}  // namespace glasspost::viz
