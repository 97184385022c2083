// One line of JSON, renamed into its place.
#include "viz/app/state_file.hpp"

#include <cstdio>
#include <fstream>

#include <fmt/format.h>
#include <imgui_internal.h>

#include "engine/base/text.hpp"
#include "viz/widgets/controls.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

constexpr double kLeastWait = 0.08;  // seconds

std::string state_of(Shell& shell, const Session& session) {
  const Player& player = session.player();
  const auto us = [&session](Time time) {
    return to_us(time) - to_us(session.film().silhouette_begins());
  };
  return fmt::format(
      R"({{"workspace":{},"help":{},"palette":{},"playing":{},"follows":{},"speed":{},)"
      R"("at_us":{},"ends_us":{},"fact":{},"facts":{},"message":"{:x}","process":{},)"
      R"("focus":"{:x}","scale":{},"theme":{},"language":{},"marks":{}}})",
      json_quote(std::string(shell.present().id())), shell.shows_help(), shell.shows_palette(),
      player.playing(), player.follows(), player.speed(), us(player.now()),
      us(session.film().ends()), player.place(), session.film().end(), shell.selection().trace,
      json_quote(shell.selection().process), keyboard_walks() ? GImGui->NavId : 0, scale(),
      static_cast<int>(theme().name), static_cast<int>(language()),
      player.model().deeds().marks().size());
}

}  // namespace

void StateFile::tell(Shell& shell, const Session& session, double seconds) {
  waited_ += seconds;
  if (path_.empty() || waited_ < kLeastWait) return;
  std::string state = state_of(shell, session);
  if (state == told_) return;
  waited_ = 0;
  told_ = std::move(state);
  const std::string beside = path_ + ".new";
  std::ofstream(beside) << told_ << '\n';
  std::rename(beside.c_str(), path_.c_str());
}

}  // namespace glasspost::viz
