// Axes: round numbers, decades, and the way from pixels back to values.
#include "viz/widgets/plot.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

std::vector<std::string> labels(const std::vector<Tick>& ticks) {
  std::vector<std::string> result;
  result.reserve(ticks.size());
  for (const Tick& tick : ticks)
    result.push_back(tick.label);
  return result;
}

using Labels = std::vector<std::string>;

TEST_CASE("ticks are round and only the last carries the unit") {
  CHECK(labels(round_ticks({0, 24000}, 3, "/s")) == Labels{"0", "10 k", "20 k /s"});
  CHECK(labels(round_ticks({-60, 0}, 3, "s")) == Labels{"\u221260", "\u221240", "\u221220", "0 s"});
  CHECK(labels(round_ticks({0, 0.5}, 5, "")) == Labels{"0", "0.1", "0.2", "0.3", "0.4", "0.5"});
  CHECK(round_ticks({1, 1}, 5, "").empty());
}

TEST_CASE("a log axis has decades") {
  CHECK(labels(round_ticks({1, 100, true}, 3, "ms")) == Labels{"1", "10", "100 ms"});
  const std::vector<Tick> many = round_ticks({1e-6, 1e6, true}, 4, "");
  CHECK(many.size() <= 5);
}

TEST_CASE("a calm upper end") {
  CHECK(round_up(17) == doctest::Approx(20));
  CHECK(round_up(51) == doctest::Approx(100));
  CHECK(round_up(5) == doctest::Approx(5));
  CHECK(round_up(0) == doctest::Approx(1));
}

TEST_CASE("pixels and values are each other's inverse") {
  const Rect area{100, 50, 400, 200};
  for (const Plot& plot :
       {Plot(area, {-60, 0}, {0, 20000}), Plot(area, {1, 60}, {1, 1000, true})}) {
    for (const double share : {0.0, 0.25, 0.9, 1.0}) {
      const auto x = static_cast<float>(100 + 400 * share);
      const auto y = static_cast<float>(50 + 200 * share);
      CHECK(plot.px(plot.x_at(x)) == doctest::Approx(x));
      CHECK(plot.py(plot.y_at(y)) == doctest::Approx(y));
    }
  }
}

}  // namespace
}  // namespace glasspost::viz
