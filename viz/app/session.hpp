// What is looked at: a running cluster, a recording or a virtual world, with the film of it, the
// player in the film, whoever carries out what a person does, and the phones. The views know only
// its parts.
#pragma once

#include <memory>
#include <string>

#include "engine/core/config.hpp"
#include "engine/telemetry/fact_source.hpp"
#include "viz/app/options.hpp"
#include "viz/app/steward.hpp"
#include "viz/model/driver.hpp"
#include "viz/model/film.hpp"
#include "viz/model/number_desk.hpp"
#include "viz/model/phone_deck.hpp"
#include "viz/model/present_driver.hpp"
#include "viz/widgets/shapes.hpp"

namespace glasspost::viz {

class Session {
 public:
  virtual ~Session() = default;

  // Takes in what has come and lets the player move on. True when the picture may have changed.
  virtual bool feed(double seconds) = 0;
  // Whether the facts that are to be looked at come by now, and have for long enough to measure
  // frames; and whether all have come.
  virtual bool began() const { return true; }
  virtual bool over() const { return false; }

  // A recording, say, in which no fact is.
  bool empty() const { return ended_ && film_.end() == 0; }

  Film& film() { return film_; }
  const Film& film() const { return film_; }
  Player& player() { return player_; }
  const Player& player() const { return player_; }
  virtual Mode mode() const = 0;
  virtual Driver& driver() = 0;
  // The same for views: it refuses while the film shows an earlier instant.
  Driver& hands();
  virtual PhoneDeck& deck() = 0;
  virtual NumberDesk& numbers() { return closed_desk_; }
  // The cluster's configuration: who owns what.
  virtual Config config() const = 0;
  // The supervisor's word; null unless a cluster runs.
  virtual Steward* steward() { return nullptr; }
  // Why nothing comes just now, for a person; empty while all is well.
  virtual std::string trouble() const = 0;

 protected:
  // Everything has come that ever will.
  bool ended() const { return ended_; }

  // Appends what a source gave and moves the player.
  bool take(FactSource& source, Time wanted, double seconds);

  Film film_;
  Player player_{film_};

 private:
  std::uint64_t labels_seen_ = 0;
  bool ended_ = false;
  std::unique_ptr<PresentDriver> hands_;
  ClosedNumberDesk closed_desk_;
};

// A running cluster. `directory` is its run directory.
std::unique_ptr<Session> open_live(const std::string& directory);

// A recording. `as_live`: so many seconds at its end come at their own pace, as if they happened
// now; everything before them at once. 0: everything at once. Null with a sentence in `error`.
std::unique_ptr<Session> open_replay(const std::string& path, double as_live, std::string& error);

// A virtual world, by seed.
std::unique_ptr<Session> open_sim(const Options& options);

// Opens what the options ask for. Null with a sentence in `error`.
std::unique_ptr<Session> open_session(const Options& options, std::string& error);

}  // namespace glasspost::viz
