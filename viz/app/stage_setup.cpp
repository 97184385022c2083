// The cast and its places.
#include "viz/app/stage_setup.hpp"

#include <memory>

#include "engine/live/clocks.hpp"
#include "viz/views/board_view.hpp"
#include "viz/views/cluster_map_view.hpp"
#include "viz/views/failover_view.hpp"
#include "viz/views/faults_view.hpp"
#include "viz/views/field_view.hpp"
#include "viz/views/inspector_view.hpp"
#include "viz/views/ledger_view.hpp"
#include "viz/views/metrics_view.hpp"
#include "viz/views/ownership_view.hpp"
#include "viz/views/phones_workspace_view.hpp"
#include "viz/views/promises_view.hpp"
#include "viz/views/time_machine_view.hpp"
#include "viz/widgets/numbers.hpp"
#include "viz/widgets/strings.hpp"

namespace glasspost::viz {

void set_the_stage(Shell& shell, Session& session) {
  ExploreWorkspace& explore = shell.explore();
  explore.add(Place::kBoard, std::make_unique<BoardView>(session.player(), session.hands()));
  explore.add(Place::kFaults, std::make_unique<FaultsView>(session.player(), session.hands()));
  explore.add(Place::kMap, std::make_unique<ClusterMapView>(session.player()));
  explore.add(Place::kField, std::make_unique<FieldView>(session.player()));
  explore.add(Place::kMetrics, std::make_unique<MetricsView>(session.player()));
  explore.add(Place::kPromises, std::make_unique<PromisesView>(session.film(), session.player()));
  explore.add(Place::kMessage, std::make_unique<InspectorView>(session.player()));
  explore.add(Place::kTime, std::make_unique<TimeMachineView>(session.film(), session.player()));
  auto phones = std::make_unique<GridWorkspace>(
      "phones", [] { return std::string(tr(Str::kPhones)); }, "F2");
  phones->add(std::make_unique<PhonesView>(session.deck(), session.player()), {0, 0, 1, 1});
  phones->below(explore.time_machine());
  shell.add(std::move(phones));
  auto ledger = std::make_unique<GridWorkspace>(
      "ledger", [] { return std::string(tr(Str::kLedgerWorkspace)); }, "F3");
  ledger->add(std::make_unique<LedgerView>(session.film(), session.player(), session.numbers()),
              {0, 0, 0.68F, 0.58F});
  ledger->add(std::make_unique<OwnershipView>(session.player()), {0.68F, 0, 0.32F, 0.58F});
  ledger->add(std::make_unique<FailoverView>(session.film(), session.player()),
              {0, 0.58F, 1, 0.42F});
  ledger->below(explore.time_machine());
  shell.add(std::move(ledger));
}

// The time of day of the instant that is shown: facts carry the clock since the machine's start.
static std::string clock_of(const Session& session, Time shown) {
  if (session.mode() != Mode::kReal) {
    const Time begins = session.film().silhouette_begins();
    return num::secs(static_cast<double>(to_us(shown) - to_us(begins)) / 1e6, 3);
  }
  const std::int64_t behind_us = to_us(station_now()) - to_us(shown);
  const std::int64_t wall_ms = wall_now_ms() - behind_us / 1'000;
  const std::time_t seconds = wall_ms / 1'000;
  std::tm parts{};
  localtime_r(&seconds, &parts);
  const std::int64_t of_day =
      (parts.tm_hour * 3'600LL + parts.tm_min * 60LL + parts.tm_sec) * 1'000 + wall_ms % 1'000;
  return num::clock(of_day * 1'000'000);
}

// What stands where the quality of the picture would: empty while it is live.
static std::string note_of(const Session& session) {
  if (session.empty()) return std::string(tr(Str::kTimeEmpty));
  const bool live = session.player().follows() && session.mode() != Mode::kRecorded;
  return live ? std::string() : std::string(tr(Str::kTimeFilm));
}

void tell_status(StatusLine& status, Session& session) {
  const Model& model = session.player().model();
  status.known = true;
  status.mode = session.mode();
  status.run = model.labels().run;
  // A simulation that has come to its end is no trouble.
  status.trouble = session.mode() == Mode::kSimulated ? std::string() : session.trouble();
  // A virtual run names its seed itself.
  const bool named = status.run.find("seed") != std::string::npos;
  const std::uint64_t seed = named ? 0 : model.labels().seed;
  status.seed = seed == 0 ? std::string() : num::count(seed);
  status.processes = model.processes().up();
  status.events_lost = model.lost();
  status.lost_uncounted = model.lost_uncounted();
  status.note = note_of(session);
  status.clock = clock_of(session, session.player().now());
}

}  // namespace glasspost::viz
