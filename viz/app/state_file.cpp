// One line of JSON, renamed into its place.
#include "viz/app/state_file.hpp"

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

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
  std::string views;
  for (const std::string& view : shell.drawn_views())
    views += (views.empty() ? "" : ",") + json_quote(view);
  const auto us = [&session](Time time) {
    return to_us(time) - to_us(session.film().silhouette_begins());
  };
  return fmt::format(
      R"({{"workspace":{},"help":{},"palette":{},"playing":{},"follows":{},"speed":{},)"
      R"("at_us":{},"ends_us":{},"fact":{},"facts":{},"message":"{:x}","process":{},)"
      R"("focus":"{:x}","scale":{},"theme":{},"language":{},"marks":{},"up":{},"online":{},)"
      R"("mode":{},"note":{},"badge_whole":{},"keys_whole":{},"views":[{}]}})",
      json_quote(std::string(shell.present().id())), shell.shows_help(), shell.shows_palette(),
      player.playing(), player.follows(), player.speed(), us(player.now()),
      us(session.film().ends()), player.place(), session.film().end(), shell.selection().trace,
      json_quote(shell.selection().process), keyboard_walks() ? GImGui->NavId : 0, scale(),
      static_cast<int>(theme().name), static_cast<int>(language()),
      player.model().deeds().marks().size(), player.model().processes().up(),
      player.model().connections().count(ConnectionState::kOnline),
      static_cast<int>(session.mode()), json_quote(shell.status().note), shell.badge_whole(),
      shell.keys_whole(), views);
}

}  // namespace

// Into a file beside it; `words` may be none, to try.
bool StateFile::write(const std::string& words, std::string& error) const {
  const std::string beside = path_ + ".new";
  errno = 0;
  const bool written = static_cast<bool>((std::ofstream(beside) << words).flush());
  if (written) return true;
  error = "--state: " + beside + " cannot be written (" +
          std::generic_category().message(errno == 0 ? EIO : errno) +
          "): name a file in a folder that exists and is yours";
  return false;
}

bool StateFile::check(std::string& error) const {
  if (path_.empty()) return true;
  if (!write({}, error)) return false;
  std::remove((path_ + ".new").c_str());
  return true;
}

bool StateFile::tell(Shell& shell, const Session& session, double seconds, std::string& error) {
  waited_ += seconds;
  if (path_.empty() || waited_ < kLeastWait) return true;
  std::string state = state_of(shell, session);
  if (state == told_) return true;
  waited_ = 0;
  told_ = std::move(state);
  if (!write(told_ + "\n", error)) return false;
  if (std::rename((path_ + ".new").c_str(), path_.c_str()) == 0) return true;
  error = "--state: " + path_ + " cannot be replaced (" + std::generic_category().message(errno) +
          "): name a file that is yours";
  return false;
}

}  // namespace glasspost::viz
