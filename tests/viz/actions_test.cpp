// Actions: found by a few letters, run by key, replaced by id.
#include "viz/widgets/actions.hpp"

#include <doctest/doctest.h>

namespace glasspost::viz {
namespace {

Action named(std::string id, std::string label, std::string key, int& runs) {
  return {std::move(id), std::move(label), std::move(key), [&runs] { ++runs; }, {}};
}

TEST_CASE("beginnings of words are found first") {
  int runs = 0;
  Actions actions;
  actions.add(named("a", "Make it slow", "", runs));
  actions.add(named("b", "Kill store-2", "", runs));
  actions.add(named("c", "Slow disk", "", runs));
  const auto found = actions.find("sd");
  REQUIRE(found.size() == 1);
  CHECK(found.front()->label == "Slow disk");
  CHECK(actions.find("").size() == 3);
  CHECK(actions.find("slow").front()->id == "a");  // equal: the order of adding stays
  CHECK(actions.find("k s").front()->id == "b");
  CHECK(actions.find("xyz").empty());
}

TEST_CASE("a word that was typed as it stands comes before its letters here and there") {
  int runs = 0;
  Actions actions;
  actions.add(named("a", "To the mark before", "", runs));
  actions.add(named("b", "Switch theme", "", runs));
  REQUIRE(actions.find("theme").size() == 2);
  CHECK(actions.find("theme").front()->id == "b");
}

TEST_CASE("a key runs its action unless that is off") {
  int runs = 0;
  bool off = false;
  Actions actions;
  Action kill = named("kill", "Kill", "K", runs);
  kill.off_because = [&off] { return off ? std::string("no process is selected") : std::string(); };
  actions.add(kill);
  CHECK(actions.press("K"));
  off = true;
  CHECK_FALSE(actions.press("K"));
  CHECK_FALSE(actions.press("L"));
  CHECK_FALSE(actions.press(""));
  CHECK(runs == 1);
}

TEST_CASE("an id is there once, and a prefix forgets its actions") {
  int runs = 0;
  Actions actions;
  actions.add(named("map.kill", "Kill", "K", runs));
  actions.add(named("map.kill", "Kill it", "K", runs));
  actions.add(named("time.play", "Play", "", runs));
  REQUIRE(actions.all().size() == 2);
  CHECK(actions.all().front().label == "Kill it");
  actions.remove("map.");
  REQUIRE(actions.all().size() == 1);
  CHECK(actions.all().front().id == "time.play");
}

TEST_CASE("a running action may remove itself") {
  Actions actions;
  actions.add({"once", "Once", "O", [&actions] { actions.remove("once"); }, {}});
  CHECK(actions.press("O"));
  CHECK_FALSE(actions.press("O"));
}

}  // namespace
}  // namespace glasspost::viz
