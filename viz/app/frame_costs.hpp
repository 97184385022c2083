// What frames cost, for `glasspost bench console` and for --json: their distance, and the processor
// time of this process on the way of each, split into its three parts.
//
//   feed: facts into film, model and player    build: views into draw lists
//   render: the rest, among it everything that the threads of a software OpenGL do
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace glasspost::viz {

class FrameCosts {
 public:
  // Forgets what was measured so far: the next frame is the first one.
  void restart() { frames_.clear(); }

  // In this order in each frame; `fed` and `built` after feeding and building.
  void begin();
  void facts(std::uint64_t ever) { now_.facts = ever; }  // that have come in so far
  void fed();
  void built();
  void end();

  // {"frames":..,"seconds":..,"fps":..,"facts_per_s":..,"frame_ms":{"p50":..,"p99":..},
  // "cpu_ms":{"all":..,"feed":..,"build":..,"render":..}}: cpu_ms are means of a frame, frame_ms
  // are distances between frames.
  [[nodiscard]] std::string to_json() const;

 private:
  // Seconds.
  struct Frame {
    double ended = 0;  // by the clock
    double feed = 0, build = 0;
    double process = 0;  // all threads, since the process began
    std::uint64_t facts = 0;
  };

  Frame now_;
  double from_ = 0;  // processor time of this thread at the last step
  std::vector<Frame> frames_;
};

}  // namespace glasspost::viz
