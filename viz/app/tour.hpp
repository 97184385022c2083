// The captioned tour with which `./run demo` opens: one minute, six captions, a few deeds on the
// real cluster. Pure: it says when which deed is due; the program carries it out. Skippable.
#pragma once

#include <cstdint>
#include <span>

#include "viz/widgets/strings.hpp"

namespace glasspost::viz {

enum class TourDeed : std::uint8_t {
  kNone,
  kSend,           // alice writes to bob, and the message is selected
  kPauseMailbox,   // of bob's section
  kResumeMailbox,  // the same
  kKillHome        // the owner of the conversation of alice and bob
};

struct TourStep {
  double at = 0;  // seconds since the tour began
  Str caption = Str::kTourWelcome;
  TourDeed deed = TourDeed::kNone;
  TourDeed then = TourDeed::kNone;  // a second one, `later` seconds after the first
  double later = 0;
};

// The steps, in order of time; the last caption stays until kTourSeconds.
std::span<const TourStep> tour_steps();
inline constexpr double kTourSeconds = 60;

class Tour {
 public:
  // Moves to `seconds` since the tour began and returns the next deed that is due, or kNone. Call
  // again until it is kNone.
  TourDeed due(double seconds);
  void skip() { skipped_ = true; }

  // False before the first and after the last caption, and when it was skipped.
  bool running() const { return !skipped_ && seconds_ < kTourSeconds; }
  // The step whose caption stands on the screen. REQUIRES: running().
  std::size_t step() const;

 private:
  double seconds_ = 0;
  std::size_t deeds_done_ = 0;  // firsts and seconds, counted together in order of time
  bool skipped_ = false;
};

}  // namespace glasspost::viz
