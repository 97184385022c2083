// The film: all facts that are kept, and models of some instants, so that any instant can be shown
// again. And the player, who stands somewhere in it. Pausing pauses the picture, never a server.
//
//   source --append--> Film <--model_at, facts-- Player --model()--> views
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

#include "engine/telemetry/fact_source.hpp"
#include "viz/model/model.hpp"
#include "viz/model/promise_watch.hpp"

namespace glasspost::viz {

class Film {
 public:
  // `facts_max`: more facts than that push the oldest out.
  explicit Film(std::size_t facts_max = 2'000'000);

  void name(const RunLabels& labels);
  void append(const FactBatch& batch);

  // Numbers of facts: the oldest kept, and one above the newest.
  std::uint64_t first() const { return first_; }
  std::uint64_t end() const { return first_ + facts_.size(); }
  const Fact& fact(std::uint64_t number) const { return facts_[number - first_]; }
  // The first fact later than `time`; end() if there is none.
  std::uint64_t after(Time time) const;

  // The span that can be shown.
  Time begins() const;
  Time ends() const { return until_; }
  // Facts that were kept once and are not any more.
  std::uint64_t forgotten() const { return first_; }

  // The state after all facts below `number`.
  Model model_before(std::uint64_t number) const;

  // Over the whole run, also what is forgotten: marks, faults, and letters a slice of time.
  const Model& newest() const { return newest_; }
  const PromiseWatch& promises() const { return promises_; }
  // How the promises stood at `time`: no verdict of a later instant is in it. To a quarter of a
  // second; far back the counts may be older, the standings not. At first nothing was judged.
  const PromiseBoard& promises_at(Time time) const;
  static constexpr Duration kSlice = std::chrono::milliseconds(250);
  const std::vector<std::uint32_t>& silhouette() const { return silhouette_; }  // by slice
  Time silhouette_begins() const { return silhouette_begins_; }

 private:
  struct Snapshot {
    std::uint64_t number = 0;  // facts below it are in
    Model model;
  };

  void keep_snapshot();
  void look_at_promises(Time now);

  std::size_t facts_max_;
  std::deque<Fact> facts_;
  std::uint64_t first_ = 0;
  std::deque<Snapshot> snapshots_;
  Model newest_;
  PromiseWatch promises_;
  std::deque<PromiseBoard> boards_;  // by time; the first is of the beginning or older than it
  Time until_ = Time(Duration(0));
  Time looked_ = Time(Duration(0));
  Time snapshot_at_ = Time(Duration(0));
  std::uint64_t snapshot_facts_ = 0;
  std::vector<std::uint32_t> silhouette_;  // letters, by slice
  Time silhouette_begins_ = Time(Duration(0));
};

class Player {
 public:
  explicit Player(const Film& film) : film_(film) {}

  // Real time passed. Follows the film's end, or plays at its speed, or stands still.
  void advance(double seconds);

  bool playing() const { return playing_; }
  // At the newest fact, whatever comes.
  bool follows() const { return playing_ && follows_; }
  double speed() const { return speed_; }
  // The picture is of an earlier instant: what is done now would not be seen in it, nor act there.
  bool back() const { return film_.ends() - now_ > kPresent; }
  Time now() const { return now_; }
  // Facts below this number are in the picture.
  std::uint64_t place() const { return at_; }
  const Model& model() const { return model_; }

  void play();
  void pause();
  void set_speed(double speed);  // 1/1000 to 100
  void follow();                 // to the end, and on with it
  void seek(Time time);          // pauses unless it was playing
  void step(int facts);          // so many facts on or back; pauses
  // To the next fact that this process told: its next step, letter or measure. Pauses.
  void step_process(NodeId node);
  // To the next or previous mark; pauses. False if there is none.
  bool to_mark(bool forwards);

 private:
  // A picture that is no older is of the present: a virtual world is kept a second ahead of it.
  static constexpr Duration kPresent = std::chrono::seconds(2);

  void go_to(std::uint64_t number, Time now);

  const Film& film_;
  Model model_;
  std::uint64_t at_ = 0;  // facts below it are in the model
  Time now_ = Time(Duration(0));
  bool playing_ = true;
  bool follows_ = true;
  double speed_ = 1;
};

}  // namespace glasspost::viz
