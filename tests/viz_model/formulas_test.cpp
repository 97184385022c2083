// The design board is honest about what it knows: nothing is compared before everything was
// measured for a whole window, and what devices that only listen cost is counted.
#include "viz/model/formulas.hpp"

#include <algorithm>

#include <doctest/doctest.h>

#include "engine/virtual/world.hpp"
#include "engine/virtual/world_watch.hpp"
#include "viz/model/film.hpp"

namespace glasspost::viz {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Quantity quantity_of(const Model& model, const std::string& key) {
  for (const BoardCard& card : board_cards(model)) {
    if (card.key == key && card.quantity) return *card.quantity;
  }
  FAIL("no quantity of " << key);
  return {};
}

// A virtual world without faults, and the model of it.
class Run {
 public:
  explicit Run(const Scenario& scenario) : world_(scenario, {}), watch_(1, true) {
    world_.watch(&watch_);
    model_.name(labels_of(scenario));
  }
  // Plays on and calls `look` every quarter of a second.
  template <class Look>
  void play(Duration length, Look look) {
    const Time end = now_ + length;
    while (now_ < end) {
      now_ += milliseconds(250);
      world_.run_until(now_ + WorldWatch::kLateness);
      for (const Fact& fact : watch_.take(now_))
        model_.apply(fact);
      model_.at(now_);
      look();
    }
  }
  World& world() { return world_; }
  const Model& model() const { return model_; }
  Time now() const { return now_; }

 private:
  World world_;
  WorldWatch watch_;
  Model model_;
  Time now_ = Time(Duration(0));
};

Scenario calm(std::uint64_t seed) {
  Scenario scenario = make_scenario(seed, FaultProfile::kNone, std::chrono::minutes(2));
  scenario.placement = Placement::kSplit;
  return scenario;
}

TEST_CASE("from the start of a cluster on no card is off its formula") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Run run(calm(seed));
    run.play(seconds(40), [&run, seed] {
      for (const BoardCard& card : board_cards(run.model())) {
        if (!card.quantity) continue;
        const Quantity& quantity = *card.quantity;
        INFO("seed " << seed << ", " << to_us(run.now()) << " us, " << card.key << ": formula "
                     << quantity.predicted.value_or(-1) << ", measured "
                     << quantity.measured.value_or(-1));
        CHECK_FALSE(off_formula(quantity));
      }
    });
  }
}

TEST_CASE("until the window is full a card says how long it must still measure") {
  Run run(calm(1));
  run.play(seconds(4), [] {});
  const Quantity early = quantity_of(run.model(), "store.fsync");
  CHECK(early.lack == Lack::kTime);
  CHECK(early.lacking == doctest::Approx(6).epsilon(0.05));
  CHECK_FALSE(early.measured);
  CHECK_FALSE(early.predicted);
  run.play(seconds(8), [] {});
  const Quantity full = quantity_of(run.model(), "store.fsync");
  CHECK(full.lack == Lack::kNothing);
  CHECK(full.measured);
  CHECK(full.predicted);
}

TEST_CASE("a choice that is set is measured anew, the others go on") {
  Run run(calm(2));
  run.play(seconds(15), [] {});
  REQUIRE(run.world().choose("store.fsync", "interval"));
  run.play(seconds(3), [] {});
  CHECK(quantity_of(run.model(), "store.fsync").lack == Lack::kTime);
  CHECK(quantity_of(run.model(), "delivery.ack").lack == Lack::kNothing);
  run.play(seconds(9), [] {});
  CHECK(quantity_of(run.model(), "store.fsync").lack == Lack::kNothing);
}

TEST_CASE("facts that never came make every card measure anew") {
  Run run(calm(2));
  run.play(seconds(15), [] {});
  Model model = run.model();
  model.apply({.time_us = to_us(run.now()), .kind = FactKind::kLost, .object = 3});
  CHECK(quantity_of(model, "store.fsync").lack == Lack::kTime);
  CHECK(quantity_of(model, "delivery.notice-window").lack == Lack::kTime);
}

TEST_CASE("of a sample nothing is counted") {
  Run run(calm(2));
  run.play(seconds(15), [] {});
  Model model = run.model();
  Fact sampled = choice_fact("telemetry.watch", "100", 2);
  sampled.time_us = to_us(run.now());
  model.apply(sampled);
  for (const char* key : {"delivery.notice-window", "seq.step", "topology.placement"}) {
    CHECK(quantity_of(model, key).lack == Lack::kSample);
    CHECK(quantity_of(model, key).lacking == 100);
  }
  CHECK(quantity_of(model, "store.fsync").lack == Lack::kTime);  // measured anew, like all
}

TEST_CASE("too few texts are not compared") {
  Scenario scenario = calm(3);
  scenario.texts_per_second = 0.3;
  Run run(scenario);
  run.play(seconds(30), [] {});
  for (const char* key : {"delivery.ack", "topology.placement"}) {
    const Quantity quantity = quantity_of(run.model(), key);
    CHECK(quantity.lack == Lack::kTexts);
    CHECK(quantity.lacking > 0);
    CHECK_FALSE(off_formula(quantity));
  }
}

TEST_CASE("a busy cluster's acknowledgements are of the same texts in formula and measurement") {
  Scenario scenario = calm(4);
  scenario.texts_per_second = 150;  // ten seconds of them are more than the stories that are kept
  Run run(scenario);
  run.play(seconds(20), [] {});
  const Quantity quantity = quantity_of(run.model(), "delivery.ack");
  REQUIRE(quantity.measured);
  CHECK(run.model().messages().kept_since() > run.now() - kBoardWindow);
  CHECK_FALSE(off_formula(quantity));
}

// Letters between processes for one text, with so many people of whom as many write.
Quantity letters_with(std::uint32_t users) {
  Scenario scenario = calm(5);
  scenario.users = users;
  scenario.texts_per_second = 3;
  Run run(scenario);
  run.play(seconds(30), [] {});
  return quantity_of(run.model(), "topology.placement");
}

TEST_CASE("twice as many devices that listen are twice as many polls, in the formula, too") {
  const Quantity few = letters_with(40);
  const Quantity many = letters_with(80);
  for (const Quantity& quantity : {few, many}) {
    REQUIRE(quantity.predicted);
    REQUIRE(quantity.measured);
    INFO("formula " << *quantity.predicted << ", measured " << *quantity.measured);
    CHECK_FALSE(off_formula(quantity));
    CHECK(*quantity.measured > 0.8 * *quantity.predicted);  // the bound is near
  }
  const auto pulls = [](const Quantity& quantity) {
    const auto found =
        std::find_if(quantity.inputs.begin(), quantity.inputs.end(),
                     [](const InputValue& input) { return input.what == Input::kPulls; });
    REQUIRE(found != quantity.inputs.end());
    return found->value;
  };
  CHECK(pulls(many) > 1.5 * pulls(few));
  CHECK(*many.predicted > *few.predicted + 10);
}

TEST_CASE("each replica of the store has its letters, in the formula, too") {
  const auto letters_of = [](Quorum quorum, Placement placement) {
    Scenario scenario = calm(6);
    scenario.quorum = quorum;
    scenario.placement = placement;
    Run run(scenario);
    run.play(seconds(30), [] {});
    return quantity_of(run.model(), "topology.placement");
  };
  const Quantity one = letters_of({1, 1, 1}, Placement::kSplit);
  const Quantity three = letters_of({3, 2, 2}, Placement::kSplit);
  for (const Quantity& quantity : {one, three}) {
    REQUIRE(quantity.predicted);
    REQUIRE(quantity.measured);
    INFO("formula " << *quantity.predicted << ", measured " << *quantity.measured);
    CHECK_FALSE(off_formula(quantity));
    CHECK(*quantity.measured > 0.8 * *quantity.predicted);  // the bound is near
  }
  CHECK(*three.predicted > *one.predicted + 15);
  CHECK_FALSE(off_formula(letters_of({3, 2, 2}, Placement::kMerged)));
}

TEST_CASE("on an idle cluster a few late events are no alarm, ten in the window are") {
  Quantity notices;
  notices.unit = Unit::kRate;
  notices.bound = true;
  notices.predicted = 0;
  notices.measured = 0.4;
  CHECK(too_quiet(notices));
  CHECK_FALSE(off_formula(notices));
  notices.measured = 1.0;
  CHECK_FALSE(too_quiet(notices));
  CHECK(off_formula(notices));
  notices.measured.reset();
  CHECK_FALSE(too_quiet(notices));
}

TEST_CASE("owners renew their leases as often as the formula says") {
  Run run(calm(1));
  run.play(seconds(15), [] {});
  const Quantity quantity = quantity_of(run.model(), "seq.poll");
  REQUIRE(quantity.measured);
  CHECK(*quantity.measured > 0);
  CHECK(*quantity.measured == doctest::Approx(*quantity.predicted).epsilon(0.1));
}

TEST_CASE("letters of leases are no part of what a text costs") {
  Run run(calm(1));
  run.play(seconds(15), [] {});
  const double crossed = run.model().metrics().rate(Count::kCrossed, run.now(), kBoardWindow);
  const double letters = run.model().metrics().rate(Count::kLetters, run.now(), kBoardWindow);
  const double renewals = run.model().metrics().rate(Count::kRenewals, run.now(), kBoardWindow);
  CHECK(renewals > 0);
  CHECK(letters - crossed > 2 * renewals * 0.9);  // each is answered
}

TEST_CASE("the lease's card says what a failover may take, and what the newest one took") {
  Run run(calm(1));
  run.play(seconds(5), [] {});
  const Quantity before = quantity_of(run.model(), "seq.lease");
  CHECK_FALSE(before.measured);
  REQUIRE(before.predicted);
  const auto nodes = server_nodes(calm(1));
  const auto seq = std::find_if(nodes.begin(), nodes.end(),
                                [](const NodeShape& node) { return node.name == "seq-1"; });
  REQUIRE(seq != nodes.end());
  const auto node = static_cast<std::uint16_t>(seq - nodes.begin() + 1);
  run.world().strike({FaultKind::kFreeze, run.now() + WorldWatch::kLateness, seconds(15), node, 0});
  run.play(seconds(14), [] {});
  const Quantity after = quantity_of(run.model(), "seq.lease");
  REQUIRE(after.measured);
  CHECK(*after.measured > 0.1);
  CHECK(*after.measured <= *after.predicted * 1.1);
}

TEST_CASE("an unsafe choice names the promises that it gives up") {
  Run run(calm(1));
  REQUIRE(run.world().choose("seq.lease", "off"));
  run.play(seconds(1), [] {});
  for (const BoardCard& card : board_cards(run.model())) {
    if (card.key == "seq.lease") CHECK(card.gives_up == "2, 5");
    if (card.key == "delivery.ack") CHECK(card.gives_up.empty());
  }
}

}  // namespace
}  // namespace glasspost::viz
