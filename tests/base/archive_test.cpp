// Tests of saving and loading: every supported type, every truncation, every flipped byte, and
// input made to do harm.
#include "engine/base/archive.hpp"

#include <limits>
#include <string>

#include <doctest/doctest.h>

#include "engine/base/random.hpp"

namespace glasspost {
namespace {

enum class Colour : std::uint8_t { kRed = 1, kBlue = 200 };

struct Inner {
  int number = 0;
  std::string text;
  bool operator==(const Inner&) const = default;

  template <class Archive>
  void fields(Archive& archive) {
    archive(number, text);
  }
};

struct Everything {
  bool flag = false;
  std::uint8_t small = 0;
  std::int16_t signed_small = 0;
  std::int64_t lowest = 0;
  std::uint64_t highest = 0;
  Colour colour = Colour::kRed;
  double real = 0;
  std::string text;
  UserId user;
  Time time;
  Duration duration{};
  std::pair<int, bool> pair;
  std::optional<Inner> nothing;
  std::optional<Inner> something;
  std::array<std::uint8_t, 3> array{};
  std::vector<Inner> vector;
  std::vector<bool> bits;
  std::deque<std::string> deque;
  std::map<UserId, Inner> map;
  std::set<std::string> set;
  PagedArray<Inner> paged_array;
  PagedMap<UserId, std::vector<int>> paged_map;

  template <class Archive>
  void fields(Archive& archive) {
    archive(flag, small, signed_small, lowest, highest, colour, real, text, user, time, duration);
    archive(pair, nothing, something, array, vector, bits, deque, map, set);
    archive(paged_array, paged_map);
  }
};

Everything example() {
  Everything state;
  state.flag = true;
  state.small = 255;
  state.signed_small = -300;
  state.lowest = std::numeric_limits<std::int64_t>::min();
  state.highest = std::numeric_limits<std::uint64_t>::max();
  state.colour = Colour::kBlue;
  state.real = -0.1;
  state.text = std::string("a\0b", 3);
  state.user = UserId{70000};
  state.time = kNever;
  state.duration = Duration(-5);
  state.pair = {-1, true};
  state.something = Inner{1, "one"};
  state.array = {1, 2, 3};
  state.vector = {Inner{2, "two"}, Inner{}};
  state.bits = {true, false, true};
  state.deque = {"x", ""};
  state.map = {{UserId{1}, Inner{3, "three"}}, {UserId{9}, Inner{}}};
  state.set = {"p", "q"};
  state.paged_array.push_back(Inner{4, "four"});
  state.paged_map.put(UserId{5}, {1, -2, 3});
  state.paged_map.put(UserId{6}, {});
  return state;
}

// The bytes of a state that holds just this value.
template <class T>
std::string saved(const T& value) {
  return save_state(value, 1);
}

template <class T>
std::string problem_of(std::string_view bytes) {
  const Result<T> result = load_state<T>(bytes, 1);
  REQUIRE_FALSE(result);
  REQUIRE(result.error().code == Code::kCorruption);
  return result.error().message;
}

TEST_CASE("every supported type comes back as it was") {
  const Everything state = example();
  const Result<Everything> loaded = load_state<Everything>(saved(state), 1);
  REQUIRE(loaded);
  CHECK(loaded->flag);
  CHECK(loaded->small == 255);
  CHECK(loaded->signed_small == -300);
  CHECK(loaded->lowest == state.lowest);
  CHECK(loaded->highest == state.highest);
  CHECK(loaded->colour == Colour::kBlue);
  CHECK(loaded->real == -0.1);
  CHECK(loaded->text == state.text);
  CHECK(loaded->user == UserId{70000});
  CHECK(loaded->time == kNever);
  CHECK(loaded->duration == Duration(-5));
  CHECK(loaded->pair == state.pair);
  CHECK_FALSE(loaded->nothing);
  CHECK(loaded->something == state.something);
  CHECK(loaded->array == state.array);
  CHECK(loaded->vector == state.vector);
  CHECK(loaded->bits == state.bits);
  CHECK(loaded->deque == state.deque);
  CHECK(loaded->map == state.map);
  CHECK(loaded->set == state.set);
  CHECK(loaded->paged_array[0] == Inner{4, "four"});
  CHECK(*loaded->paged_map.find(UserId{5}) == std::vector<int>{1, -2, 3});
  CHECK(loaded->paged_map.size() == 2);
  CHECK(hash_state(*loaded) == hash_state(state));
}

TEST_CASE("the saved form has its golden bytes and hash") {
  const Inner inner{-2, "hi"};
  CHECK(save_state(inner, 300) == std::string("GPST\xac\x02\x03\x02hi"));
  CHECK(hash_state(inner) == hash64("\x03\x02hi"));
}

TEST_CASE("every prefix of a saved state is refused") {
  const std::string bytes = saved(example());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const auto message = problem_of<Everything>(std::string_view(bytes).substr(0, size));
    REQUIRE(message.find("at offset ") != std::string::npos);
  }
}

TEST_CASE("a state with any byte changed is refused or is the one encoding of another state") {
  const std::string bytes = saved(example());
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    std::string changed = bytes;
    for (std::uint64_t left = 1 + random.below(3); left > 0; --left) {
      changed[random.below(changed.size())] = static_cast<char>(random.below(256));
    }
    const Result<Everything> loaded = load_state<Everything>(changed, 1);
    if (loaded) {
      REQUIRE(saved(*loaded) == changed);
    }
  }
}

TEST_CASE("refusals say what was expected and where") {
  CHECK(problem_of<Inner>("") == "saved state: at offset 0: expected magic GPST");
  CHECK(problem_of<Inner>("GPSX\1") == "saved state: at offset 0: expected magic GPST");
  CHECK(problem_of<Inner>("GPST") == "saved state: at offset 4: expected a varint");
  CHECK(problem_of<Inner>(save_state(Inner{}, 7)) ==
        "saved state: at offset 4: expected version 1, found 7");
  CHECK(problem_of<Inner>(saved(Inner{}) + "x") ==
        "saved state: at offset 7: expected the end of the input");
  CHECK(problem_of<std::string>("GPST\1\5ab") ==
        "saved state: at offset 5: expected a string within the input");
  CHECK(problem_of<double>("GPST\1\5ab") ==
        "saved state: at offset 5: expected 8 bytes of a double");
}

TEST_CASE("a number that does not fit its field is refused") {
  const std::string expected = "saved state: at offset 5: expected a number that fits its field";
  CHECK(problem_of<std::uint8_t>(saved(std::uint64_t{256})) == expected);
  CHECK(problem_of<std::int8_t>(saved(std::int64_t{128})) == expected);
  CHECK(problem_of<std::int8_t>(saved(std::int64_t{-129})) == expected);
  CHECK(problem_of<bool>(saved(std::uint64_t{2})) == expected);
  CHECK(problem_of<std::optional<int>>(saved(std::uint64_t{2})) == expected);
  CHECK(*load_state<std::int8_t>(saved(std::int64_t{-128}), 1) == -128);
}

TEST_CASE("a count beyond the bytes left is refused before anything is made") {
  const std::string expected =
      "saved state: at offset 5: expected a count no larger than the bytes left";
  const std::string bytes = saved(std::numeric_limits<std::uint64_t>::max()) + "abc";
  CHECK(problem_of<std::vector<Inner>>(bytes) == expected);
  CHECK(problem_of<std::deque<int>>(bytes) == expected);
  CHECK(problem_of<std::map<int, int>>(bytes) == expected);
  CHECK(problem_of<std::set<int>>(bytes) == expected);
  CHECK(problem_of<PagedArray<int>>(bytes) == expected);
  CHECK(problem_of<PagedMap<int, int>>(bytes) == expected);
}

TEST_CASE("keys out of order are refused") {
  const std::string expected =
      "saved state: at offset 7: expected a key greater than the one before";
  CHECK(problem_of<std::set<int>>(saved(std::vector<int>{2, 2})) == expected);
  CHECK(problem_of<std::set<int>>(saved(std::vector<int>{3, 2})) == expected);
  const std::vector<std::pair<int, std::string>> pairs = {{3, ""}, {2, ""}};
  CHECK(problem_of<std::map<int, std::string>>(saved(pairs)).find("a key greater") !=
        std::string::npos);
  CHECK(problem_of<PagedMap<int, std::string>>(saved(pairs)).find("a key greater") !=
        std::string::npos);
}

TEST_CASE("a table of any page layout is saved alike") {
  PagedMap<std::uint64_t, std::uint64_t> ascending;
  PagedMap<std::uint64_t, std::uint64_t> descending;
  std::map<std::uint64_t, std::uint64_t> plain;
  for (std::uint64_t i = 0; i < 2000; ++i) {
    ascending.put(i, i);
    descending.put(1999 - i, 1999 - i);
    plain[i] = i;
  }
  CHECK(hash_state(ascending) == hash_state(descending));
  CHECK(hash_state(ascending) == hash_state(plain));
}

TEST_CASE("an owner can refuse what the format allows, and the first reason stays") {
  ByteReader in("");
  Loader loader(in);
  CHECK(loader.ok());
  loader.refuse("a positive balance");
  loader.refuse("something else");
  CHECK_FALSE(loader.ok());
  CHECK(loader.problem() == "at offset 0: expected a positive balance");
}

}  // namespace
}  // namespace glasspost
