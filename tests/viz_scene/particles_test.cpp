// Honest particles: one message is one dot on each link of its path, and what is drawn was
// measured.
#include "viz/scene/particles.hpp"

#include <algorithm>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr std::int64_t kWindow = 1'000'000;  // end of the window in which all happens
constexpr double kLag = 30'000'000;

// The journey of one message over `hops` links, link i being its i-th hop, as cells tell of it:
// all in one window, in no order.
std::vector<CellCount> one_message(int hops, std::int64_t wait_us) {
  std::vector<CellCount> cells;
  for (int hop = hops - 1; hop >= 0; --hop)
    cells.push_back({hop, 0, hop, kWindow, 1, wait_us, 0});
  return cells;
}

std::vector<int> links_of(const std::vector<Dot>& dots) {
  std::vector<int> links;
  links.reserve(dots.size());
  for (const Dot& dot : dots)
    links.push_back(dot.link);
  return links;
}

}  // namespace

TEST_CASE("one message is one dot on each link of its path, in the order of its hops") {
  const int hops = 6;
  const std::vector<Flight> flights = flights_of(one_message(hops, 300));
  const SlowMotion slow(flights, slow_factor(flights, 1), kLag);
  CHECK(slow.factor() == 1'000);
  std::vector<int> seen;
  for (std::int64_t now = kWindow - kCellUs; now < kWindow + 30'000'000; now += 20'000) {
    const std::vector<int> links = links_of(dots_at(flights, slow, now, 1));
    REQUIRE(links.size() <= 1);  // never two at once
    if (!links.empty() && (seen.empty() || seen.back() != links[0])) seen.push_back(links[0]);
  }
  CHECK(seen == std::vector<int>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a message whose hops lie in several windows keeps their order") {
  std::vector<CellCount> cells{{0, 0, 0, kWindow, 1, 200, 0},
                               {1, 0, 1, kWindow, 1, 400, 0},
                               {2, 0, 2, kWindow + kCellUs, 1, 300, 0}};
  const std::vector<Flight> flights = flights_of(cells);
  const SlowMotion slow(flights, 500, kLag);
  std::vector<int> seen;
  for (std::int64_t now = kWindow - kCellUs; now < kWindow + 30'000'000; now += 5'000) {
    const std::vector<int> links = links_of(dots_at(flights, slow, now, 1));
    REQUIRE(links.size() <= 1);
    if (!links.empty() && (seen.empty() || seen.back() != links[0])) seen.push_back(links[0]);
  }
  CHECK(seen == std::vector<int>{0, 1, 2});
}

TEST_CASE("a dot takes its letter's measured wait times the factor") {
  const std::vector<Flight> flights{{0, 0, 1'000, 400, 1, 0, 0}};
  const SlowMotion slow(flights, 100, kLag);
  CHECK(dots_at(flights, slow, 999, 1).empty());
  REQUIRE(dots_at(flights, slow, 1'000 + 10'000, 1).size() == 1);
  CHECK(dots_at(flights, slow, 1'000 + 10'000, 1)[0].share == doctest::Approx(0.25));
  CHECK(dots_at(flights, slow, 1'000 + 40'000, 1).empty());
}

TEST_CASE("nothing overtakes on a link, and a backlog crowds behind the slow one") {
  std::vector<Flight> flights{{0, 0, 0, 10'000, 1, 0, 0}};
  for (int i = 1; i <= 5; ++i)
    flights.push_back({0, 0, i * 1'000, 100, 1, 0, static_cast<std::uint64_t>(i)});
  const SlowMotion slow(flights, 1, kLag);
  for (std::int64_t now = 0; now < 10'000; now += 100) {
    const std::vector<Dot> dots = dots_at(flights, slow, now, 1);
    CHECK(std::is_sorted(dots.begin(), dots.end(),
                         [](const Dot& a, const Dot& b) { return a.share > b.share; }));
  }
  CHECK(dots_at(flights, slow, 9'900, 1).size() == 6);
  CHECK(dots_at(flights, slow, 10'000, 1).empty());
}

TEST_CASE("one dot stands for N letters, whatever pieces they came in") {
  const std::vector<Flight> whole{{0, 0, 0, 5'000, 60, kCellUs, 0}};
  const std::vector<Flight> pieces{{0, 0, 0, 5'000, 25, kCellUs / 2, 0},
                                   {0, 0, kCellUs / 2, 5'000, 35, kCellUs / 2, 25}};
  for (const auto& flights : {whole, pieces}) {
    const SlowMotion slow(flights, 1, kLag);
    // A dot is on its link for 5 ms: samples 5 ms apart see each dot once.
    std::size_t dots = 0;
    for (std::int64_t now = 0; now < 4 * kCellUs; now += 5'000)
      dots += dots_at(flights, slow, now, 10).size();
    CHECK(dots == 6);
  }
}

TEST_CASE("N keeps dots apart") {
  // 1 000 letters in 10 ms that take 10 ms: a thousand on the link at the end of the window.
  const std::vector<Flight> flights{{0, 0, 0, kCellUs, 1'000, kCellUs, 0}};
  const SlowMotion slow(flights, 1, kLag);
  const std::vector<float> lengths{200};
  const std::uint64_t n = letters_per_dot(flights, slow, kCellUs, lengths);
  CHECK(n == 50);  // at most 20 dots on 200 pixels: 1 000 / 2 / 20 = 25, rounded up
  const std::vector<float> long_link{20'000};
  CHECK(letters_per_dot(flights, slow, kCellUs, long_link) == 1);
}

TEST_CASE("a film that runs slowly enough needs no further slowness") {
  const std::vector<Flight> flights{{0, 0, 0, 300, 1, 0, 0}};
  CHECK(slow_factor(flights, 1) == 1'000);
  CHECK(slow_factor(flights, 0.01) == 10);
  CHECK(slow_factor(flights, 0.0005) == 1);
}

TEST_CASE("a long burst is cut so that the picture does not lag for ever") {
  std::vector<Flight> flights;
  for (std::int64_t i = 0; i < 1'000; ++i)
    flights.push_back({0, 0, i * 1'000, 300, 1, 0, static_cast<std::uint64_t>(i)});
  const SlowMotion slow(flights, 1'000, 5'000'000);
  for (const Flight& flight : flights)
    CHECK(slow.shown_at(flight.depart_us) - static_cast<double>(flight.depart_us) <= 5'000'000);
}

}  // namespace glasspost::viz
