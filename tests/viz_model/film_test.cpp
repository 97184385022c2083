// The film and its player: any instant again, exactly as it was; bounded; the present beside it.
#include "viz/model/film.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "engine/core/choices.hpp"
#include "viz/model/present_driver.hpp"

namespace glasspost::viz {
namespace {

constexpr std::uint32_t kAccess = 1U << 24 | 1;
constexpr std::uint32_t kLogic = 2U << 24 | 1;

Time seconds(double value) {
  return time_from_us(static_cast<std::int64_t>(value * 1e6));
}

// A second of a small life: cells, a text acknowledged, gauges.
FactBatch second_of_life(int second) {
  FactBatch batch;
  for (int part = 0; part < 10; ++part) {
    const std::int64_t now = second * 1'000'000LL + part * 100'000LL + 1;
    batch.facts.push_back({.time_us = now,
                           .kind = FactKind::kCell,
                           .subject = link_of(kAccess, kLogic),
                           .object = 30,
                           .number = static_cast<std::uint64_t>(1 + (second + part) % 3),
                           .value = 100});
    batch.facts.push_back({.time_us = now,
                           .kind = FactKind::kGauge,
                           .node = 1,
                           .subject = static_cast<std::uint64_t>(GaugeKind::kHeld),
                           .number = static_cast<std::uint64_t>(second * 10 + part)});
  }
  batch.until = seconds(second + 1);
  return batch;
}

RunLabels labels() {
  RunLabels made;
  made.processes.push_back({NodeId{1}, "access-1", {{RoleKind::kAccess, 1}}});
  return made;
}

Film film_of(int length, std::size_t facts_max = 2'000'000) {
  Film film(facts_max);
  film.name(labels());
  for (int second = 10; second < 10 + length; ++second)
    film.append(second_of_life(second));
  return film;
}

std::uint64_t held(const Model& model) {
  return model.processes().all().at(0).held;
}

std::uint64_t letters(const Model& model) {
  std::uint64_t all = 0;
  for (const auto& [key, flow] : model.flows().all())
    all += flow.letters;
  return all;
}

TEST_CASE("seeking shows what a fresh run up to that instant shows") {
  const Film film = film_of(60);
  Player player(film);
  player.advance(0.1);
  for (const double at : {55.05, 12.55, 33.35, 69.95, 10.05, 41.0}) {
    player.seek(seconds(at));
    Model fresh;
    fresh.name(labels());
    for (std::uint64_t number = film.first(); number < film.after(seconds(at)); ++number)
      fresh.apply(film.fact(number));
    CHECK(held(player.model()) == held(fresh));
    CHECK(letters(player.model()) == letters(fresh));
    CHECK(player.now() == seconds(at));
  }
}

TEST_CASE("a player that follows is at the end, a paused one stays where it is") {
  Film film = film_of(5);
  Player player(film);
  player.advance(0.1);
  CHECK(player.follows());
  CHECK(player.now() == film.ends());
  player.pause();
  const Time stood = player.now();
  film.append(second_of_life(15));
  player.advance(1);
  CHECK(player.now() == stood);
  CHECK(held(player.model()) == 149);
  player.follow();
  CHECK(player.now() == film.ends());
}

TEST_CASE("playing moves by the speed, and stops at the end") {
  const Film film = film_of(20);
  Player player(film);
  player.advance(0);
  player.seek(seconds(12));
  player.set_speed(0.5);
  player.play();
  player.advance(2);
  CHECK(player.now() == seconds(13));
  player.set_speed(100);
  player.advance(10);
  CHECK(player.now() == film.ends());
}

TEST_CASE("one fact on and one fact back come to the same picture") {
  const Film film = film_of(20);
  Player player(film);
  player.advance(0);
  player.seek(seconds(15.05));
  const std::uint64_t before = letters(player.model());
  const std::uint64_t queue = held(player.model());
  player.step(1);
  player.step(-1);
  CHECK(letters(player.model()) == before);
  CHECK(held(player.model()) == queue);
}

TEST_CASE("the film is bounded, what is forgotten is said, and what is left can be shown") {
  const Film film = film_of(100, 500);
  CHECK(film.end() - film.first() == 500);
  CHECK(film.forgotten() == 1'500);
  Player player(film);
  player.advance(0);
  player.seek(seconds(0));
  CHECK(player.now() == film.begins());
  player.seek(seconds(90.05));
  CHECK(held(player.model()) == 900);
}

TEST_CASE("losses make the promises that need every fact untellable") {
  Film film;
  FactBatch batch;
  batch.facts.push_back({.time_us = 1'000'000, .kind = FactKind::kLost, .object = 7});
  batch.until = seconds(2);
  film.append(batch);
  CHECK(film.newest().lost() == 7);
  CHECK(film.promises().all()[0].standing == Standing::kCannotTell);
  CHECK(film.promises().all()[0].reason.find('7') != std::string::npos);
  CHECK(film.newest().deeds().marks().size() == 1);
}

TEST_CASE("what nobody counted is no number, and still makes promises untellable") {
  Film film;
  FactBatch batch;
  batch.facts.push_back({.time_us = 1'000'000, .kind = FactKind::kLost, .object = 1, .value = 1});
  batch.until = seconds(2);
  film.append(batch);
  CHECK(film.newest().lost() == 0);
  CHECK(film.newest().lost_uncounted());
  const PromiseView& first = film.promises().all()[0];
  CHECK(first.standing == Standing::kCannotTell);
  CHECK(first.reason.find('1') == std::string::npos);
  CHECK(film.newest().deeds().marks().at(0).text.find("nobody counted") != std::string::npos);
}

// Numbers of an inbox, one a second from 10 s on; at 20 s one comes back.
std::vector<Fact> numbers_until_one_comes_back() {
  std::vector<Fact> facts;
  for (int second = 10; second <= 30; ++second) {
    facts.push_back({.time_us = second * 1'000'000LL,
                     .kind = FactKind::kHandedOut,
                     .subject = 7,
                     .number = static_cast<std::uint64_t>(second == 20 ? 11 : second),
                     .value = 1,
                     .extra = 1'000});
  }
  return facts;
}

TEST_CASE("the promises of an instant are those that were judged up to it") {
  for (const bool at_once : {false, true}) {  // a recording comes in one batch
    Film film;
    FactBatch batch;
    for (const Fact& fact : numbers_until_one_comes_back()) {
      batch.facts.push_back(fact);
      batch.until = time_from_us(fact.time_us + 500'000);
      if (at_once && fact.time_us < 30'000'000) continue;
      film.append(batch);
      batch = {};
    }
    const auto second = [&film](double at) { return film.promises_at(seconds(at)).all[1]; };
    CHECK(second(5).standing == Standing::kWaits);
    CHECK(second(5).judged == 0);
    CHECK(second(15.9).standing == Standing::kHolds);
    CHECK(second(15.9).judged == 6);
    CHECK(second(19.9).standing == Standing::kHolds);
    CHECK(second(19.9).witnesses.empty());
    CHECK(second(21.1).standing == Standing::kBroken);
    CHECK(second(21.1).broken_at >= seconds(20));
    CHECK(second(21.1).broken_at <= seconds(21));
    CHECK(film.promises_at(seconds(15.9)).facts == 6);
    CHECK(film.promises_at(film.ends()).all == film.promises().all());
  }
}

TEST_CASE("what promises were is kept within a bound, and each change of standing with it") {
  Film film;
  FactBatch batch;
  for (int part = 0; part < 20'000; ++part) {
    batch.facts.push_back({.time_us = 10'000'000LL + part * 250'000LL,
                           .kind = FactKind::kHandedOut,
                           .subject = 7,
                           .number = static_cast<std::uint64_t>(part == 15'000 ? 1 : part + 1),
                           .value = 1,
                           .extra = 1'000'000});
  }
  batch.until = time_from_us(batch.facts.back().time_us);
  film.append(batch);
  const Time broke = time_from_us(10'000'000LL + 15'000 * 250'000LL);
  CHECK(film.promises_at(broke - Duration(1)).all[1].standing == Standing::kHolds);
  CHECK(film.promises_at(broke).all[1].standing == Standing::kBroken);
  CHECK(film.promises_at(seconds(1'000)).all[1].judged > 3'700);  // of 3'961: older ones go
}

TEST_CASE("a choice has its value of the instant that is shown") {
  Film film;
  RunLabels named = labels();
  named.choices = {{"seq.step", "10"}};
  film.name(named);
  for (int second = 10; second < 40; ++second) {
    FactBatch batch = second_of_life(second);
    if (second == 25) {
      Fact set = choice_fact("seq.step", "1000", 1);
      set.time_us = batch.facts.back().time_us;
      batch.facts.push_back(set);
    }
    film.append(batch);
  }
  Player player(film);
  player.advance(0.1);
  const auto step = [&player] { return player.model().choices().at("seq.step"); };
  CHECK(step() == "1000");
  player.seek(seconds(20));
  CHECK(step() == "10");
  player.seek(seconds(30));
  CHECK(step() == "1000");
  player.seek(film.begins());
  CHECK(step() == "10");
}

TEST_CASE("nobody is on line at a process that ended, and what ended is told once") {
  Film film = film_of(5);
  FactBatch batch;
  for (const std::uint32_t connection : {1U, 2U}) {
    batch.facts.push_back({.time_us = 15'000'000,
                           .kind = FactKind::kLoggedIn,
                           .node = 1,
                           .subject = device_of(UserId{connection}, 1).value,
                           .object = connection});
  }
  batch.until = seconds(16);
  film.append(batch);
  const auto online = [&film] {
    return film.newest().connections().count(ConnectionState::kOnline);
  };
  CHECK(online() == 2);
  CHECK(film.newest().processes().up() == 1);
  batch.facts = film.newest().processes().ends_of_all(seconds(17));
  batch.until = seconds(17);
  CHECK(batch.facts.size() == 1);
  film.append(batch);
  CHECK(online() == 0);
  CHECK(film.newest().processes().up() == 0);
  CHECK(film.newest().processes().ends_of_all(seconds(18)).empty());
  Player player(film);
  player.seek(seconds(16));
  CHECK(player.model().connections().count(ConnectionState::kOnline) == 2);
}

// Counts what reaches the cluster.
class CountingDriver final : public Driver {
 public:
  std::string no_choice_because(const std::string&) const override { return {}; }
  void set_choice(const std::string&, const std::string&) override { ++deeds; }
  std::string no_fault_because(FaultTool tool) const override {
    return tool == FaultTool::kClock ? "not here" : std::string();
  }
  void strike(FaultTool, const std::string&) override { ++deeds; }
  void heal_all() override { ++deeds; }
  std::vector<std::string> take_refusals() override { return {}; }
  int deeds = 0;
};

TEST_CASE("while the film is back nothing is done, and a sentence says why") {
  Film film = film_of(20);
  Player player(film);
  CountingDriver cluster;
  PresentDriver driver(cluster, player);
  const auto try_all = [&driver] {
    driver.set_choice("seq.step", "10");
    driver.strike(FaultTool::kKill, "access-1");
    driver.heal_all();
  };
  player.advance(0.1);
  CHECK_FALSE(player.back());
  try_all();
  CHECK(cluster.deeds == 3);
  CHECK(driver.take_refusals().empty());
  player.seek(seconds(15));
  CHECK(player.back());
  try_all();
  CHECK(cluster.deeds == 3);
  CHECK(driver.no_choice_because("seq.step").find("End") != std::string::npos);
  CHECK(driver.no_fault_because(FaultTool::kClock) == "not here");
  CHECK(driver.take_refusals().size() == 1);
  CHECK(driver.take_refusals().empty());
  player.follow();
  try_all();
  CHECK(cluster.deeds == 6);
}

}  // namespace
}  // namespace glasspost::viz
