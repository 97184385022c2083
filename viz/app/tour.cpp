// The steps of the tour, and when their deeds are due.
#include "viz/app/tour.hpp"

#include <array>

namespace glasspost::viz {
namespace {

constexpr std::array<TourStep, 6> kSteps = {{
    {0, Str::kTourWelcome, TourDeed::kNone, TourDeed::kNone, 0},
    {9, Str::kTourSend, TourDeed::kSend, TourDeed::kNone, 0},
    {21, Str::kTourPause, TourDeed::kPauseMailbox, TourDeed::kSend, 2},
    {32, Str::kTourResume, TourDeed::kResumeMailbox, TourDeed::kNone, 0},
    {42, Str::kTourKill, TourDeed::kKillHome, TourDeed::kSend, 0.5},
    {53, Str::kTourYours, TourDeed::kNone, TourDeed::kNone, 0},
}};

struct DueDeed {
  double at = 0;
  TourDeed deed = TourDeed::kNone;
};

// Every deed of the tour in order of time. A second deed comes before the next step's first.
constexpr std::array<DueDeed, 2 * kSteps.size()> all_deeds() {
  std::array<DueDeed, 2 * kSteps.size()> deeds{};
  for (std::size_t index = 0; index < kSteps.size(); ++index) {
    const TourStep& step = kSteps[index];
    deeds[2 * index] = {step.at, step.deed};
    deeds[2 * index + 1] = {step.at + step.later, step.then};
  }
  return deeds;
}

}  // namespace

std::span<const TourStep> tour_steps() {
  return kSteps;
}

TourDeed Tour::due(double seconds) {
  constexpr auto kDeeds = all_deeds();
  seconds_ = seconds;
  if (skipped_) return TourDeed::kNone;
  while (deeds_done_ < kDeeds.size() && kDeeds[deeds_done_].at <= seconds) {
    const TourDeed deed = kDeeds[deeds_done_++].deed;
    if (deed != TourDeed::kNone) return deed;
  }
  return TourDeed::kNone;
}

std::size_t Tour::step() const {
  std::size_t step = 0;
  while (step + 1 < kSteps.size() && kSteps[step + 1].at <= seconds_)
    ++step;
  return step;
}

}  // namespace glasspost::viz
