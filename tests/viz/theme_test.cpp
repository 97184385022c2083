// What the style demands of colours: text can be read, states differ, nothing is left unset.
#include "viz/widgets/theme.hpp"

#include <array>
#include <set>

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

constexpr std::array kThemes{ThemeName::kDark, ThemeName::kLight, ThemeName::kProjector};
constexpr std::array kStates{State::kHealthy, State::kHandshake, State::kWaiting,  State::kRefused,
                             State::kDead,    State::kSkipped,   State::kReserved, State::kLost,
                             State::kStale,   State::kUnknown,   State::kOffline};

// Themes and scale are global: each case leaves them as they were.
struct Restore {
  ~Restore() {
    set_theme(ThemeName::kDark);
    set_scale(1);
  }
};

TEST_CASE("every text token reads at 4.5 to 1 on panels, cards and bars") {
  constexpr double kFloor = 4.5;
  for (const ThemeName name : kThemes) {
    const Theme& t = theme_of(name);
    CAPTURE(static_cast<int>(name));
    for (const ImU32 ground : {t.panel, t.card, t.bar}) {
      for (const ImU32 ink :
           {t.text, t.text_2, t.text_3, t.ok_text, t.warn_text, t.bad_text, t.info_text}) {
        CHECK(contrast(ink, ground) >= kFloor);
      }
    }
  }
}

TEST_CASE("contrast is counted as WCAG counts it") {
  CHECK(contrast(IM_COL32(255, 255, 255, 255), IM_COL32(0, 0, 0, 255)) == doctest::Approx(21));
  CHECK(contrast(IM_COL32(255, 255, 255, 255), IM_COL32(118, 118, 118, 255)) ==
        doctest::Approx(4.54).epsilon(0.01));
  // The figures of the style for its own tokens.
  CHECK(contrast(theme_of(ThemeName::kDark).text, theme_of(ThemeName::kDark).panel) ==
        doctest::Approx(15.4).epsilon(0.01));
}

TEST_CASE("a state's words can be read, and no two states look alike") {
  const Restore restore;
  for (const ThemeName name : kThemes) {
    set_theme(name);
    std::set<std::pair<ImU32, Pattern>> looks;
    for (const State state : kStates) {
      const StateLook look = state_look(state);
      CAPTURE(static_cast<int>(state));
      CHECK(contrast(look.text, theme().panel) >= 4.5);
      looks.insert({look.fill, look.pattern});
    }
    CHECK(looks.size() == kStates.size());
  }
}

TEST_CASE("message types differ in more than colour") {
  std::set<std::pair<Dash, Marker>> looks;
  for (const MessageType type :
       {MessageType::kSend, MessageType::kNotice, MessageType::kSync, MessageType::kControl}) {
    looks.insert({message_look(type).dash, message_look(type).marker});
  }
  CHECK(looks.size() == 4);
}

TEST_CASE("em follows the scale within its limits") {
  const Restore restore;
  set_scale(1);
  CHECK(em() == 14);
  CHECK(em(kGap) == 8);
  set_scale(2);
  CHECK(em() == 28);
  set_scale(9);
  CHECK(scale() == 3);
  set_scale(0);
  CHECK(scale() == 0.75F);
}

TEST_CASE("mixing and fading") {
  const ImU32 black = IM_COL32(0, 0, 0, 255);
  const ImU32 white = IM_COL32(255, 255, 255, 255);
  CHECK(mix(black, white, 0) == black);
  CHECK(mix(black, white, 1) == white);
  CHECK(mix(black, white, 0.5F) == IM_COL32(128, 128, 128, 255));
  CHECK(fade(white, 0.5F) == IM_COL32(255, 255, 255, 128));
}

}  // namespace
}  // namespace glasspost::viz
