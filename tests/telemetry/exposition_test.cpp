// The form of the metrics page, and what facts add up to on it.
#include "engine/telemetry/exposition.hpp"

#include <doctest/doctest.h>

#include "glasspost/v1/client.pb.h"
#include "glasspost/v1/letter.pb.h"

#include "engine/core/address.hpp"
#include "engine/telemetry/fact_totals.hpp"
#include "engine/telemetry/tap.hpp"

using namespace glasspost;

namespace {

bool has(const std::string& page, const std::string& line) {
  return ("\n" + page).find("\n" + line + "\n") != std::string::npos;
}

std::string page_of(const FactTotals& totals) {
  Exposition page;
  totals.write(page);
  return page.text();
}

Fact cell(RoleKind from, RoleKind to, std::uint64_t kind, std::uint64_t count) {
  Fact fact{.kind = FactKind::kCell};
  fact.subject = link_of(fact_role_of({from, 1}), fact_role_of({to, 2}));
  fact.object = kind;
  fact.number = count;
  fact.value = 100 * count;
  fact.extra = std::uint64_t{80} << 32 | 700;  // the median and the longest wait, us
  return fact;
}

}  // namespace

TEST_CASE("a family says what it is before its samples") {
  Exposition page;
  page.begin("steps_total", MetricType::kCounter, "Steps.\nAll \\ of them.");
  page.add({}, std::uint64_t{UINT64_MAX});
  page.add({{"process", "a\"b\\c\nd"}, {"role", "é"}}, 0.25);
  CHECK(page.text() ==
        "# HELP steps_total Steps.\\nAll \\\\ of them.\n"
        "# TYPE steps_total counter\n"
        "steps_total 18446744073709551615\n"
        "steps_total{process=\"a\\\"b\\\\c\\nd\",role=\"é\"} 0.25\n");
}

TEST_CASE("a histogram counts what is at most each bound, and everything") {
  BucketCounts waits{0.001, 0.01, 1.0};
  waits.add(0.001, 2);  // a bound is inside its bucket
  waits.add(0.5);
  waits.add(2);
  Exposition page;
  page.begin("wait_seconds", MetricType::kHistogram, "Waits.");
  page.add({{"from", "x"}}, waits);
  CHECK(page.text() ==
        "# HELP wait_seconds Waits.\n"
        "# TYPE wait_seconds histogram\n"
        "wait_seconds_bucket{from=\"x\",le=\"0.001\"} 2\n"
        "wait_seconds_bucket{from=\"x\",le=\"0.01\"} 2\n"
        "wait_seconds_bucket{from=\"x\",le=\"1\"} 3\n"
        "wait_seconds_bucket{from=\"x\",le=\"+Inf\"} 4\n"
        "wait_seconds_sum{from=\"x\"} 2.502\n"
        "wait_seconds_count{from=\"x\"} 4\n");
}

TEST_CASE("letters are added up by kind of role and of letter, and their waits by link") {
  FactTotals totals;
  const Fact submits = cell(RoleKind::kAccess, RoleKind::kLogic, v1::Letter::kSubmit, 3);
  totals.add(std::array{submits, submits});
  const std::string page = page_of(totals);
  const std::string link = "{from=\"access\",to=\"logic\"";
  CHECK(has(page, "glasspost_letters_total" + link + ",kind=\"submit\"} 6"));
  CHECK(has(page, "glasspost_letter_bytes_total" + link + ",kind=\"submit\"} 600"));
  CHECK(has(page, "glasspost_letter_wait_seconds_bucket" + link + ",le=\"0.0001\"} 4"));
  CHECK(has(page, "glasspost_letter_wait_seconds_bucket" + link + ",le=\"0.001\"} 6"));
  CHECK(has(page, "glasspost_facts_heard_total{kind=\"cell\"} 2"));
}

TEST_CASE("what comes from a device has no wait") {
  FactTotals totals;
  totals.add(std::array{
      cell(RoleKind::kDevice, RoleKind::kAccess, kClientLetter | v1::ClientEnvelope::kSync, 1)});
  const std::string page = page_of(totals);
  CHECK(has(page, "glasspost_letters_total{from=\"device\",to=\"access\",kind=\"sync\"} 1"));
  CHECK(page.find("wait_seconds_count") == std::string::npos);
}

TEST_CASE("refusals are counted by code, and losses") {
  FactTotals totals;
  totals.add(
      std::array{Fact{.kind = FactKind::kRefused, .object = v1::FAILURE_CODE_TOO_OLD},
                 Fact{.kind = FactKind::kLoginRefused, .object = v1::FAILURE_CODE_TOKEN_INVALID},
                 Fact{.kind = FactKind::kLost, .object = 17}});
  const std::string page = page_of(totals);
  CHECK(has(page, "glasspost_refusals_total{code=\"TOO_OLD\"} 1"));
  CHECK(has(page, "glasspost_refusals_total{code=\"TOKEN_INVALID\"} 1"));
  CHECK(has(page, "glasspost_facts_missed_total 17"));
}

TEST_CASE("a stream of nonsense makes a page no longer than a few lines") {
  FactTotals totals;
  for (std::uint64_t number = 0; number < 100'000; ++number) {
    Fact fact{.kind = static_cast<FactKind>(10'000 + number % 50'000)};
    totals.add({&fact, 1});
    fact = {.kind = FactKind::kCell,
            .subject = (0x9000'0000ULL + number) << 32 | (0xA000'0000 + number),
            .object = 500'000 + number * number,
            .number = 1};
    totals.add({&fact, 1});
    fact = {.kind = FactKind::kRefused, .object = 1'000 + number};
    totals.add({&fact, 1});
  }
  CHECK(page_of(totals).size() < 2'500);
  CHECK(has(page_of(totals),
            "glasspost_letters_total{from=\"unknown\",to=\"unknown\",kind=\"unknown\"} 100000"));
}
