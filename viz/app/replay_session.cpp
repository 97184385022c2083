// A recording: it can be looked at and nothing else.
#include <algorithm>

#include "engine/telemetry/recording_source.hpp"
#include "viz/app/quiet_deck.hpp"
#include "viz/app/session.hpp"

namespace glasspost::viz {
namespace {

constexpr double kWarmUp = 1;  // seconds

Duration span_of(double seconds) {
  return Duration(static_cast<std::int64_t>(seconds * 1e6));
}

class NoDriver final : public Driver {
 public:
  bool only_looks() const override { return true; }
  std::string no_choice_because(const std::string&) const override { return kWhy; }
  void set_choice(const std::string&, const std::string&) override { refused_ = true; }
  std::string no_fault_because(FaultTool) const override { return kWhy; }
  void strike(FaultTool, const std::string&) override { refused_ = true; }
  void heal_all() override { refused_ = true; }
  std::vector<std::string> take_refusals() override {
    std::vector<std::string> taken;
    if (refused_) taken.emplace_back(kWhy);
    refused_ = false;
    return taken;
  }

 private:
  static constexpr const char* kWhy = "a recording can only be looked at";
  bool refused_ = false;
};

class ReplaySession final : public Session {
 public:
  explicit ReplaySession(std::unique_ptr<RecordingSource> source) : source_(std::move(source)) {}

  // The whole recording comes in as fast as it can be read; the player begins at its beginning.
  bool feed(double seconds) override {
    if (loaded_) {
      player_.advance(seconds);
      return player_.playing();
    }
    take(*source_, kNever, 0);
    loaded_ = ended();
    if (empty()) player_.pause();  // there is nothing to play
    if (!begun_ && film_.end() > 0) {
      begun_ = true;
      player_.seek(film_.begins());
      player_.set_speed(1);
      player_.play();
    }
    return true;
  }
  Mode mode() const override { return Mode::kRecorded; }
  Driver& driver() override { return driver_; }
  PhoneDeck& deck() override { return deck_; }
  Config config() const override { return {}; }
  std::string trouble() const override { return source_->trouble(); }

 private:
  std::unique_ptr<RecordingSource> source_;
  NoDriver driver_;
  QuietDeck deck_;
  bool begun_ = false;
  bool loaded_ = false;
};

// The end of a recording, at the pace at which it came: what a console on a running cluster does,
// without the cluster.
class LiveAgainSession final : public Session {
 public:
  LiveAgainSession(std::unique_ptr<RecordingSource> source, double seconds)
      : source_(std::move(source)),
        wanted_(std::max(source_->begins(), source_->ends() - span_of(seconds))),
        warm_(wanted_ + span_of(std::min(kWarmUp, seconds / 2))) {}

  bool feed(double seconds) override {
    // The time that the beginning took is not caught up with.
    if (paced_) wanted_ += span_of(seconds);
    paced_ = loaded_;
    const bool changed = take(*source_, wanted_, seconds);
    loaded_ = loaded_ || (film_.ends() >= wanted_ && film_.end() > 0);
    return changed;
  }
  bool began() const override { return wanted_ >= warm_; }
  bool over() const override { return film_.ends() >= source_->ends(); }
  Mode mode() const override { return Mode::kRecorded; }
  Driver& driver() override { return driver_; }
  PhoneDeck& deck() override { return deck_; }
  Config config() const override { return {}; }
  std::string trouble() const override { return {}; }

 private:
  std::unique_ptr<RecordingSource> source_;
  NoDriver driver_;
  QuietDeck deck_;
  Time wanted_;
  Time warm_;            // textures and caches are made by then
  bool loaded_ = false;  // everything before the pace
  bool paced_ = false;
};

}  // namespace

std::unique_ptr<Session> open_replay(const std::string& path, double as_live, std::string& error) {
  Result<std::unique_ptr<RecordingSource>> source = RecordingSource::open(path);
  if (!source) {
    error = source.error().message;
    return nullptr;
  }
  if (as_live > 0) return std::make_unique<LiveAgainSession>(std::move(*source), as_live);
  return std::make_unique<ReplaySession>(std::move(*source));
}

}  // namespace glasspost::viz
