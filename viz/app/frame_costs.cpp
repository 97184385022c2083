// Clocks of the machine, of this thread and of this process.
#include "viz/app/frame_costs.hpp"

#include <algorithm>
#include <ctime>

#include <fmt/format.h>

namespace glasspost::viz {
namespace {

constexpr std::size_t kFramesMax = 1'000'000;

double seconds_of(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

double thread_seconds() {
  return seconds_of(CLOCK_THREAD_CPUTIME_ID);
}

}  // namespace

void FrameCosts::begin() {
  now_ = {};
  from_ = thread_seconds();
}

void FrameCosts::fed() {
  const double at = thread_seconds();
  now_.feed = at - from_;
  from_ = at;
}

void FrameCosts::built() {
  now_.build = thread_seconds() - from_;
}

void FrameCosts::end() {
  now_.ended = seconds_of(CLOCK_MONOTONIC);
  now_.process = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  if (frames_.size() < kFramesMax) frames_.push_back(now_);
}

std::string FrameCosts::to_json() const {
  std::vector<double> apart;
  double feed = 0;
  double build = 0;
  for (std::size_t index = 1; index < frames_.size(); ++index) {
    apart.push_back(frames_[index].ended - frames_[index - 1].ended);
    feed += frames_[index].feed;
    build += frames_[index].build;
  }
  if (apart.empty()) return R"({"frames":0})";
  std::sort(apart.begin(), apart.end());
  const auto frames = static_cast<double>(apart.size());
  const auto at = [&apart](double share) {
    return apart[static_cast<std::size_t>(share * static_cast<double>(apart.size() - 1))] * 1e3;
  };
  const double seconds = frames_.back().ended - frames_.front().ended;
  const auto facts = static_cast<double>(frames_.back().facts - frames_.front().facts);
  const double all = frames_.back().process - frames_.front().process;
  const auto each = [frames](double spent) { return spent / frames * 1e3; };
  return fmt::format(R"({{"frames":{},"seconds":{:.3f},"fps":{:.2f},"facts_per_s":{:.1f},)"
                     R"("frame_ms":{{"p50":{:.2f},"p99":{:.2f}}},)"
                     R"("cpu_ms":{{"all":{:.3f},"feed":{:.3f},"build":{:.3f},"render":{:.3f}}}}})",
                     apart.size(), seconds, frames / seconds, facts / seconds, at(0.5), at(0.99),
                     each(all), each(feed), each(build), each(all - feed - build));
}

}  // namespace glasspost::viz
