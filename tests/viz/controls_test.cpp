// Controls under mouse and keyboard, in frames that nobody sees.
#include "viz/widgets/controls.hpp"

#include <array>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "tests/viz/imgui_frame.hpp"

namespace glasspost::viz {
namespace {

constexpr Rect kFirst{10, 10, 100, 30};
constexpr Rect kSecond{10, 50, 100, 30};

TEST_CASE("a button is pressed by a click on it and by nothing beside it") {
  ImguiFrames frames;
  int presses = 0;
  const auto draw = [&] { presses += button("go", kFirst, "Go") ? 1 : 0; };
  frames.frame(draw);
  frames.click({500, 500}, draw);
  CHECK(presses == 0);
  frames.click({kFirst.cx(), kFirst.cy()}, draw);
  CHECK(presses == 1);
}

TEST_CASE("a disabled button is not pressed and says why") {
  ImguiFrames frames;
  ButtonLook off;
  off.off_because = "off: no fault is active";
  int presses = 0;
  const auto draw = [&] { presses += button("go", kFirst, "Go", off) ? 1 : 0; };
  frames.frame(draw);
  frames.click({kFirst.cx(), kFirst.cy()}, draw);
  CHECK(presses == 0);
}

TEST_CASE("an emoji is drawn as a box, not as a question mark") {
  const ImguiFrames frames;
  CHECK(measure("\U0001F600", style::value()) == measure("\u25A1", style::value()));
  CHECK(measure("\U0001F600", style::value()) != measure("?", style::value()));
  CHECK(cannot_be_drawn("so \U0001F600") == "U+1F600");
  CHECK(cannot_be_drawn("plain").empty());
}

TEST_CASE("Tab walks in the order of drawing and Enter or Space presses") {
  ImguiFrames frames;
  std::array<int, 2> presses{};
  int walk = 0;
  const auto draw = [&] {
    if (walk != 0) walk_focus(std::exchange(walk, 0));
    presses[0] += button("first", kFirst, "First") ? 1 : 0;
    presses[1] += button("second", kSecond, "Second") ? 1 : 0;
  };
  const auto tab = [&](int direction) {
    walk = direction;
    frames.frame(draw);
    frames.frame(draw);
  };
  for (int i = 0; i < 3; ++i)
    frames.frame(draw);
  tab(1);  // shows where the keyboard is
  CHECK(keyboard_walks());
  frames.press(ImGuiKey_Enter, draw);
  CHECK(presses == std::array{1, 0});
  tab(1);
  frames.press(ImGuiKey_Space, draw);
  frames.press(ImGuiKey_Enter, draw);
  CHECK(presses == std::array{1, 2});
  tab(1);  // around
  frames.press(ImGuiKey_Enter, draw);
  CHECK(presses == std::array{2, 2});
  tab(-1);
  frames.press(ImGuiKey_Enter, draw);
  CHECK(presses == std::array{2, 3});
}

TEST_CASE("a click takes the ring away") {
  ImguiFrames frames;
  const auto draw = [] { button("go", kFirst, "Go"); };
  frames.frame(draw);
  frames.frame([&] {
    walk_focus(1);
    draw();
  });
  CHECK(keyboard_walks());
  frames.click({700, 500}, draw);
  CHECK_FALSE(keyboard_walks());
}

TEST_CASE("a segmented control changes once, to what was clicked") {
  ImguiFrames frames;
  const std::array<std::string, 3> options{"one", "two", "three"};
  int selected = 0;
  int changes = 0;
  const Rect rect{10, 10, 300, 24};
  const auto draw = [&] { changes += segmented("which", rect, options, selected) ? 1 : 0; };
  frames.frame(draw);
  frames.click({rect.right() - 5, rect.cy()}, draw);
  CHECK(selected == 2);
  CHECK(changes == 1);
  frames.click({rect.right() - 5, rect.cy()}, draw);
  CHECK(changes == 1);
}

TEST_CASE("a text field takes what is typed while it has the keyboard") {
  ImguiFrames frames;
  std::string value;
  const auto draw = [&] { text_field("name", kFirst, value); };
  frames.frame(draw);
  frames.click({kFirst.cx(), kFirst.cy()}, draw);
  ImGui::GetIO().AddInputCharactersUTF8("é你");
  frames.frame(draw);
  frames.frame(draw);
  CHECK(value == "é你");
}

TEST_CASE("a scrolled part moves with the wheel and no further than its end") {
  ImguiFrames frames;
  Rect content;
  const Rect rect{10, 10, 300, 100};
  const auto draw = [&] {
    content = begin_scroll("list", rect, 250);
    end_scroll();
  };
  ImGui::GetIO().MousePos = {50, 50};
  for (int i = 0; i < 3; ++i)
    frames.frame(draw);
  CHECK(content.y == 10);
  for (int i = 0; i < 40; ++i) {
    ImGui::GetIO().MouseWheel = -1;
    frames.frame(draw);
  }
  CHECK(content.y == doctest::Approx(10 - 150));
}

TEST_CASE("cut text is counted, text that fits is not") {
  ImguiFrames frames;
  const std::uint64_t before = cut_texts();
  frames.frame([] { text_in({10, 10, 400, 20}, "store-2", style::name()); });
  CHECK(cut_texts() == before);
  frames.frame([] { text_in({10, 10, 20, 20}, "store-2", style::name()); });
  CHECK(cut_texts() == before + 1);
  frames.frame([] { paragraph({10, 10, 60, 20}, "three lines at the least", style::name()); });
  CHECK(cut_texts() == before + 2);
}

TEST_CASE("digits are equally wide in every font and the thin space is narrow") {
  ImguiFrames frames;
  for (const Step step : {Step::kMicro, Step::kSmall, Step::kTitle, Step::kDisplay}) {
    for (const Face face : {Face::kRegular, Face::kMedium, Face::kSemibold, Face::kMono}) {
      const TextStyle style{step, face, 0};
      CHECK(measure("1111", style) == measure("8888", style));
      if (face != Face::kMono) CHECK(measure("\u2009", style) < measure("8", style));
    }
  }
}

TEST_CASE("a character outside the tables is baked in when it is wanted") {
  ImguiFrames frames;
  CHECK_FALSE(fonts_stale());
  frames.frame([] { text({10, 10}, "龘", style::name()); });
  CHECK(fonts_stale());
  std::string error;
  REQUIRE(build_fonts(error));
  frames.frame([] { text({10, 10}, "龘", style::name()); });
  CHECK_FALSE(fonts_stale());
}

}  // namespace
}  // namespace glasspost::viz
