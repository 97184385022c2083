// The film and its player: any instant again, exactly as it was; bounded; the present beside it.
#include "viz/model/film.hpp"

#include <doctest/doctest.h>

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

TEST_CASE("a player that follows is at the end; a paused one stays where it is") {
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

TEST_CASE("the film is bounded; what is forgotten is said, and what is left can be shown") {
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

}  // namespace
}  // namespace glasspost::viz
