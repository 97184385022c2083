// Taking facts in, and choosing a source.
#include "viz/app/session.hpp"

#include "engine/control/run_directory.hpp"

namespace glasspost::viz {

bool Session::take(FactSource& source, Time wanted, double seconds) {
  const FactBatch batch = source.poll(wanted);
  if (source.labels_version() != labels_seen_) {
    labels_seen_ = source.labels_version();
    film_.name(source.labels());
  }
  film_.append(batch);
  ended_ = batch.ended;
  const Time before = player_.now();
  player_.advance(seconds);
  return !batch.facts.empty() || player_.now() != before;
}

Driver& Session::hands() {
  if (hands_ == nullptr) hands_ = std::make_unique<PresentDriver>(driver(), player_);
  return *hands_;
}

std::unique_ptr<Session> open_session(const Options& options, std::string& error) {
  if (!options.replay.empty()) return open_replay(options.replay, options.as_live, error);
  if (options.sim) return open_sim(options);
  const RunDirectory directory(options.directory.empty() ? default_run_directory()
                                                         : options.directory);
  if (!directory.has_cluster()) {
    error = "there is no cluster in " + directory.path() +
            "; ./run demo starts one with people in it, `glasspost up` one without, and --sim "
            "needs none";
    return nullptr;
  }
  return open_live(directory.path());
}

}  // namespace glasspost::viz
