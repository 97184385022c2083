// The promise panel and the design board go back with the film, and say so where one could act.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "engine/core/choices.hpp"
#include "tests/viz/imgui_frame.hpp"
#include "viz/model/present_driver.hpp"
#include "viz/views/board_view.hpp"
#include "viz/views/faults_view.hpp"
#include "viz/views/metrics_view.hpp"
#include "viz/views/promises_view.hpp"
#include "viz/views/time_machine_view.hpp"
#include "viz/widgets/text.hpp"

namespace glasspost::viz {
namespace {

Time seconds(double value) {
  return time_from_us(static_cast<std::int64_t>(value * 1e6));
}

class Cluster final : public Driver {
 public:
  std::string no_choice_because(const std::string&) const override { return {}; }
  void set_choice(const std::string& key, const std::string& value) override {
    set.push_back(key + "=" + value);
  }
  std::string no_fault_because(FaultTool) const override { return {}; }
  void strike(FaultTool, const std::string& process) override { struck.push_back(process); }
  void heal_all() override {}
  std::vector<std::string> take_refusals() override { return {}; }
  std::vector<std::string> set, struck;
};

// Thirty seconds: a number goes back at 20 s, and seq.step is set to 1000 at 25 s.
struct Show {
  Show() {
    RunLabels labels;
    labels.choices = {{"delivery.ack", "after-durable"}, {"seq.step", "10"}};
    film.name(labels);
    for (int second = 10; second <= 40; ++second) {
      FactBatch batch;
      Fact number{.time_us = second * 1'000'000LL, .kind = FactKind::kHandedOut, .subject = 7};
      number.number = static_cast<std::uint64_t>(second == 20 ? 11 : second);
      number.value = 1;
      number.extra = 1'000;
      batch.facts.push_back(number);
      if (second == 25) {
        Fact set = choice_fact("seq.step", "1000", 1);
        set.time_us = number.time_us;
        batch.facts.push_back(set);
      }
      batch.until = seconds(second + 0.5);
      film.append(batch);
    }
    player.advance(1);
    context.selection = &selection;
    context.actions = &actions;
  }

  Film film;
  Player player{film};
  Cluster cluster;
  PresentDriver driver{cluster, player};
  Selection selection;
  Actions actions;
  ViewContext context;
};

bool says(const View& view, const std::string& words) {
  return view.describe().find(words) != std::string::npos;
}

TEST_CASE("the promise panel shows what was judged up to the shown instant") {
  Show show;
  const PromisesView view(show.film, show.player);
  CHECK(says(view, "1 broken"));
  show.player.seek(seconds(15));
  CHECK(says(view, "0 broken"));
  CHECK(says(view, "1 hold"));
  show.player.seek(show.film.begins());
  CHECK_FALSE(says(view, "1 hold"));
  show.player.follow();
  CHECK(says(view, "1 broken"));
}

TEST_CASE("the design board shows the choices and what was measured of the shown instant") {
  Show show;
  const BoardView view(show.player, show.driver);
  CHECK(says(view, "seq.step = 1000"));
  show.player.seek(seconds(24));
  CHECK(says(view, "seq.step = 10, ceilings 0 /s"));
  show.player.seek(seconds(15));  // at that instant nothing was measured for ten seconds yet
  CHECK(says(view, "seq.step = 10, ceilings measuring"));
}

TEST_CASE("where nothing was measured a dash stands, not 0 ms") {
  Show show;
  const MetricsView view(show.player);
  CHECK(says(view, "p50 \u2013, p99 \u2013"));
  CHECK_FALSE(says(view, "0.0 ms"));
}

TEST_CASE("a click on a choice sets it in the present only") {
  ImguiFrames frames;
  Show show;
  BoardView view(show.player, show.driver);
  const Rect place{10, 10, 300, 800};
  const auto draw = [&] { view.draw(place, show.context); };
  // The second option of the first card: delivery.ack, after-memory. The notice moves the cards.
  const auto try_all_heights = [&] {
    for (float y = 40; y < 90; y += 6)
      frames.click({place.x + place.w * 0.75F, y}, draw);
  };
  show.player.seek(seconds(24));
  try_all_heights();
  CHECK(show.cluster.set.empty());
  show.player.follow();
  try_all_heights();
  REQUIRE_FALSE(show.cluster.set.empty());
  CHECK(show.cluster.set[0] == "delivery.ack=after-memory");
}

TEST_CASE(
    "faults and choices are found by their own words, and are refused while the film is back") {
  Show show;
  RunLabels labels = show.film.newest().labels();
  labels.processes = {{NodeId{1}, "store-1", {{RoleKind::kStore, 1}}},
                      {NodeId{2}, "store-2", {{RoleKind::kStore, 2}}}};
  show.film.name(labels);
  show.player.follow();
  FaultsView faults(show.player, show.driver);
  BoardView board(show.player, show.driver);
  for (int again = 0; again < 2; ++again) {
    faults.add_actions(show.actions);
    board.add_actions(show.actions);
  }
  const auto found = show.actions.find("kill");
  REQUIRE(found.size() >= 2);
  CHECK(found[0]->label == "kill store-1");
  CHECK(found[1]->label == "kill store-2");
  CHECK(show.actions.find("heal all").front()->id == "fault.heal");
  const Action kill = *show.actions.find("kill store-2").front();
  show.actions.run(kill);
  CHECK(show.cluster.struck == std::vector<std::string>{"store-2"});
  const Action set = *show.actions.find("seq.step to 100").front();
  show.actions.run(set);
  CHECK(show.cluster.set == std::vector<std::string>{"seq.step=100"});
  show.player.seek(seconds(15));
  CHECK_FALSE(kill.off_because().empty());
  CHECK_FALSE(set.off_because().empty());
}

TEST_CASE("a recording is never live, and one without facts is empty") {
  ImguiFrames frames;
  Show show;
  Film nothing;
  Player nowhere(nothing);
  TimeMachineView full(show.film, show.player);
  TimeMachineView empty(nothing, nowhere);
  const auto draw = [&](Mode mode) {
    show.context.mode = mode;
    frames.frame([&] {
      full.draw({10, 10, 900, 110}, show.context);
      empty.draw({10, 200, 900, 110}, show.context);
    });
  };
  draw(Mode::kReal);
  CHECK(says(full, "live"));
  CHECK(says(empty, "live"));
  draw(Mode::kRecorded);
  CHECK(says(full, "film"));
  CHECK(says(empty, "empty"));
}

TEST_CASE("no word of board and palette is cut, live and back, in both languages") {
  for (const Language language : {Language::kEnglish, Language::kChinese}) {
    set_language(language);
    ImguiFrames frames;
    Show show;
    BoardView board(show.player, show.driver);
    FaultsView faults(show.player, show.driver);
    PromisesView promises(show.film, show.player);
    const std::uint64_t before = cut_texts();
    for (const bool back : {false, true}) {
      if (back) show.player.seek(seconds(24));
      for (int i = 0; i < 3; ++i) {
        frames.frame([&] {
          board.draw({10, 10, 276, 500}, show.context);
          faults.draw({10, 520, 276, 120}, show.context);
          promises.draw({300, 10, 300, 300}, show.context);
        });
      }
    }
    CHECK(cut_texts() == before);
  }
  set_language(Language::kEnglish);
}

}  // namespace
}  // namespace glasspost::viz
