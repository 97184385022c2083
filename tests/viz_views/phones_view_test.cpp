// Phones that do not all fit: every one of them can be reached, by mouse and by keyboard.
#include <map>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "tests/viz/imgui_frame.hpp"
#include "viz/model/film.hpp"
#include "viz/views/phones_workspace_view.hpp"
#include "viz/widgets/controls.hpp"

namespace glasspost::viz {
namespace {

const UserId kAlice{1};
const UserId kBob{2};

// Alice's phone, bob's phone, alice's second device, as `./run demo` has them.
class ThreePhones final : public PhoneDeck {
 public:
  ThreePhones() {
    for (const DeviceId device : {device_of(kAlice, 1), device_of(kBob, 1), device_of(kAlice, 2)}) {
      phones_.emplace_back(device);
      phones_.back().owner = user_of(device) == kAlice ? "alice" : "bob";
      phones_.back().book.open(pair_of(kAlice, kBob));
    }
  }
  std::vector<Phone>& phones() override { return phones_; }
  void compose(std::size_t, ConversationId, std::string_view) override {}
  void set_airplane(std::size_t, bool) override {}
  const std::map<UserId, std::string>& people() const override { return people_; }
  ShownOn shown(ConversationId, std::uint64_t) const override { return {}; }
  std::string none_because() const override { return {}; }

 private:
  std::vector<Phone> phones_;
  std::map<UserId, std::string> people_{{kAlice, "alice"}, {kBob, "bob"}};
};

struct Stand {
  Film film;
  Player player{film};
  ThreePhones deck;
  PhonesView view{deck, player};
  Selection selection;
  Actions actions;
  ViewContext context;
  Stand() {
    context.selection = &selection;
    context.actions = &actions;
  }
};

// The area above the time machine in a window of 1280 x 720 at a text scale of 1.5.
constexpr Rect kSmall{12, 72, 1256, 430};

TEST_CASE("in a wide window all phones stand side by side") {
  set_scale(1);
  ImguiFrames frames;
  Stand stand;
  frames.frame([&] { stand.view.draw({8, 48, 1584, 720}, stand.context); });
  CHECK(stand.view.describe() == "alice's phone, bob's phone, alice's second device");
}

TEST_CASE("at 1280 x 720 and 1.5 the third phone is a click away") {
  set_scale(1.5F);
  ImguiFrames frames;
  Stand stand;
  const auto draw = [&] { stand.view.draw(kSmall, stand.context); };
  frames.frame(draw);
  CHECK(stand.view.describe() == "alice's phone, bob's phone");
  frames.click({kSmall.right() - 30, kSmall.y + 10}, draw);
  CHECK(stand.view.describe() == "bob's phone, alice's second device");
  frames.click({kSmall.x + 30, kSmall.y + 10}, draw);
  CHECK(stand.view.describe() == "alice's phone, bob's phone");
  set_scale(1);
}

TEST_CASE("and the keyboard reaches it, too") {
  set_scale(1.5F);
  ImguiFrames frames;
  Stand stand;
  const auto draw = [&] { stand.view.draw(kSmall, stand.context); };
  frames.frame(draw);
  for (int tabs = 0; tabs < 3; ++tabs) {
    frames.frame([&] {
      walk_focus(1);
      draw();
    });
  }
  frames.frame(draw);
  frames.press(ImGuiKey_Enter, draw);
  CHECK(stand.view.describe() == "bob's phone, alice's second device");
  set_scale(1);
}

TEST_CASE("in the narrowest window each phone and the way of the message have it to themselves") {
  set_scale(1.5F);
  ImguiFrames frames;
  Stand stand;
  const Rect narrow{8, 48, 500, 500};
  const auto draw = [&] { stand.view.draw(narrow, stand.context); };
  frames.frame(draw);
  CHECK(stand.view.describe() == "alice's phone");
  frames.click({narrow.right() - 10, narrow.y + 10}, draw);
  CHECK(stand.view.describe().empty());
  set_scale(1);
}

}  // namespace
}  // namespace glasspost::viz
