// Numbers as the console's style writes them: thin spaces, units, real minus signs.
#include "viz/widgets/numbers.hpp"

#include <limits>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

TEST_CASE("whole numbers carry thin spaces between thousands") {
  CHECK(num::count(0) == "0");
  CHECK(num::count(999) == "999");
  CHECK(num::count(98214) == "98\u2009214");
  CHECK(num::count(1234567) == "1\u2009234\u2009567");
  CHECK(num::whole(-1204) == "\u22121\u2009204");
  CHECK(num::fixed(1204.5, 1) == "1\u2009204.5");
  CHECK(num::fixed(-0.001, 1) == "0.0");  // no minus before a zero
}

TEST_CASE("large amounts have three digits and a letter") {
  CHECK(num::amount(412) == "412");
  CHECK(num::amount(3.96) == "4.0");
  CHECK(num::amount(9999) == "9\u2009999");
  CHECK(num::amount(16500) == "16.5 k");
  CHECK(num::amount(4.1e6) == "4.1 M");
  CHECK(num::amount(999999) == "1 M");
  CHECK(num::rate(2100) == "2\u2009100 /s");
  CHECK(num::rate(16500) == "16.5 k/s");
}

TEST_CASE("times choose one unit") {
  CHECK(num::span(0) == "0 s");
  CHECK(num::span(310e-6) == "310 \u00B5s");
  CHECK(num::span(3.1e-6) == "3.1 \u00B5s");
  CHECK(num::span(0.0081) == "8.1 ms");
  CHECK(num::span(0.084) == "84 ms");
  CHECK(num::span(4.8) == "4.8 s");
  CHECK(num::span(0.9996) == "1.0 s");  // never 1 000 ms
  CHECK(num::span(125) == "2:05");
  CHECK(num::millis(1.24) == "1\u2009240 ms");
  CHECK(num::secs(4.84) == "4.8 s");
  CHECK(num::stopwatch(42) == "0:42");
  CHECK(num::stopwatch(3909) == "1:05:09");
  CHECK(num::stopwatch(-61) == "\u22121:01");
  CHECK(num::clock(38'527'318'000'000) == "10:42:07.318");
}

TEST_CASE("bytes and ratios") {
  CHECK(num::bytes(24) == "24 B");
  CHECK(num::bytes(12000) == "12.0 kB");
  CHECK(num::bytes(5e8) == "500 MB");
  CHECK(num::bytes(1.26e11) == "126 GB");
  CHECK(num::percent(0.884, 1) == "88.4 %");
  CHECK(num::percent(0.31) == "31 %");
  CHECK(num::ratio(60) == "\u00D760");
  CHECK(num::ratio(1.0 / 501) == "\u00F7501");
  CHECK(num::ratio(1.5) == "\u00D71.5");
  CHECK(num::bound("4.2") == "\u2264 4.2");
}

TEST_CASE("a measurement is set against its formula") {
  CHECK(num::difference(502, 501) == "off by 1 (0.2 %)");
  CHECK(num::difference(501, 501) == "exact");
  CHECK(num::difference(5, 4) == "off by 1 (25 %)");
  CHECK(num::difference(1, 0) == "off by 1");
}

TEST_CASE("what is not known is a dash and never a zero") {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  CHECK(num::amount(nothing) == "\u2013");
  CHECK(num::span(nothing) == "\u2013");
  CHECK(num::ratio(0) == "\u2013");
  CHECK(num::losses(0, false) == "0");
  CHECK(num::losses(12, false) == "12");
  CHECK(num::losses(0, true) == "?");
  CHECK(num::losses(12, true) == "12 + ?");
  CHECK(num::bytes(std::numeric_limits<double>::infinity()) == "\u2013");
}

}  // namespace
}  // namespace glasspost::viz
