// Idle policy: wait for input at most a quarter of a second; after an event draw three frames
// at once, because ImGui needs that many to settle; while a view moves do not wait at all.
#include "viz/app/frame.hpp"

#include <algorithm>
#include <chrono>
#include <deque>
#include <iostream>
#include <string>

#include <fmt/format.h>
#include <imgui.h>

#include "engine/base/text.hpp"
#include "viz/app/textures.hpp"
#include "viz/widgets/fonts.hpp"
#include "viz/widgets/text.hpp"

namespace glasspost::viz {
namespace {

constexpr double kPatience = 0.25;   // seconds
constexpr double kFrame = 1.0 / 60;  // no more frames than that
constexpr double kRest = 0.25;  // of the time that a frame took, for the others on this machine
constexpr int kSettleFrames = 3;

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string report(int frames, const FrameCosts& costs) {
  std::string cuts;
  for (const std::string& cut : cut_examples()) {
    cuts += (cuts.empty() ? "" : ",") + json_quote(cut);
  }
  const FontReport& fonts = font_report();
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  return fmt::format(
      R"({{"frames":{},"width":{},"height":{},"vertices":{},"cut_texts":{},"cuts":[{}],)"
      R"("fonts":{{"latin":{},"mono":{},"chinese":{},"fallback":{},"atlas":[{},{}],)"
      R"("builds":{}}},"costs":{}}})",
      frames, static_cast<int>(size.x), static_cast<int>(size.y),
      ImGui::GetIO().MetricsRenderVertices, cut_texts(), cuts, json_quote(fonts.latin),
      json_quote(fonts.mono), json_quote(fonts.chinese), fonts.fallback, fonts.atlas_width,
      fonts.atlas_height, fonts.builds, costs.to_json());
}

// How long the next frame may wait, from what this one was and from what it took: frames begin
// kFrame apart while something moves, however long they take to draw.
class Idle {
 public:
  [[nodiscard]] double patience(double spent) const {
    return awake_ > 0 ? std::max(kFrame - spent, kRest * spent) : kPatience;
  }
  void after(double patience, double waited, bool moves) {
    const bool event = waited < patience * 0.9;
    if (event || moves) {
      awake_ = kSettleFrames;
    } else {
      awake_ = std::max(awake_ - 1, 0);
    }
  }

 private:
  int awake_ = kSettleFrames;
};

// Frames of the last second.
class FrameRate {
 public:
  int count(double now) {
    at_.push_back(now);
    while (at_.front() <= now - 1)
      at_.pop_front();
    return now < 1 ? 0 : static_cast<int>(at_.size());
  }

 private:
  std::deque<double> at_;
};

// Says what went wrong; the code of a program that cannot go on.
int give_up(const std::string& sentence) {
  std::cerr << "glasspost-viz: " << sentence << '\n';
  return 2;
}

}  // namespace

int run_frames(Window& window, Shell& shell, const Options& options, FrameCosts& costs,
               const Feed& feed) {
  const Clock::time_point start = Clock::now();
  GlTextures textures;
  Idle idle;
  FrameRate rate;
  const bool shot = !options.shot.empty();
  bool taken = false;
  int frames = 0;
  double before = 0;
  while (!taken && !window.wants_to_close() && !shell.wants_to_close()) {
    const double asked = seconds_since(start);
    std::string error;
    const bool hurry = shot && options.seconds == 0;
    const double patience = hurry ? 0 : idle.patience(asked - before);
    if (!window.begin_frame(patience, error)) return give_up(error);
    costs.begin();
    const double now = seconds_since(start);
    textures.forget_old(now);
    const bool fed = feed && feed(shell, now - before);
    costs.fed();
    shell.status().fps = rate.count(now);
    ViewContext context;
    context.seconds = now;
    context.frame_seconds = static_cast<float>(now - before);
    context.textures = &textures;
    const bool moves = shell.draw(context);
    costs.built();
    window.render();
    before = now;
    ++frames;
    const bool time_is_up =
        options.seconds > 0 ? now >= options.seconds : shot && frames >= options.frames;
    taken = time_is_up && !fonts_stale();
    if (taken && shot && !window.write_png(options.shot)) {
      return give_up(options.shot +
                     " cannot be written: choose a file in a folder that exists and is yours");
    }
    window.show();
    costs.end();
    idle.after(patience, now - asked, fed || moves);
  }
  if (options.json) std::cout << report(frames, costs) << '\n';
  return 0;
}

}  // namespace glasspost::viz
