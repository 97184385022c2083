// The console as its users get it, without a graphics card: a real cluster with many connections
// and a steady stream of texts, all of whose facts are told, is recorded. Then a console of its own
// process plays the end of it on a virtual screen, with the software OpenGL of Mesa. The cluster is
// gone by then: what is measured is the console alone.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "engine/apps/glasspost/bench/benchmarks.hpp"
#include "engine/apps/glasspost/bench/servers.hpp"
#include "engine/live/clocks.hpp"

namespace glasspost::bench {
namespace {

constexpr double kLeastFrames = 30;     // a second
constexpr std::size_t kPeople = 64;     // of the connections; the others are silent
constexpr int kTexts = 200;             // a second, of all of them
constexpr double kPeopleComeIn = 4;     // seconds
constexpr double kWarmUp = 1;           // seconds that the console does not count
constexpr double kStartPatience = 120;  // seconds, until it has read the recording
constexpr Duration kScreenPatience = std::chrono::seconds(10);

// What one run of the console gave; processor time in ms a frame.
struct Played {
  double fps = 0, p50_ms = 0, p99_ms = 0;
  double all = 0, feed = 0, build = 0, render = 0;
  double facts = 0;  // a second
};

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

// The first number after these words of a report; below 0 if there is none.
double number_after(const std::string& report, const std::string& words) {
  const std::size_t at = report.find(words);
  double value = -1;
  if (at == std::string::npos) return value;
  std::from_chars(report.data() + at + words.size(), report.data() + report.size(), value);
  return value;
}

// The number that Xvfb found, among complaints about those that were taken. Empty: not yet there.
std::string screen_number(const std::string& output) {
  std::istringstream lines(output);
  std::string line;
  while (std::getline(lines, line) && !lines.eof()) {
    if (!line.empty() && line.find_first_not_of("0123456789") == std::string::npos) return line;
  }
  return {};
}

// A virtual screen on a free number, which goes with us.
class Screen {
 public:
  // Errors: kNotFound if Xvfb is not installed.
  static Result<Screen> open(const std::string& folder) {
    const std::string output = folder + "/screen";
    // It writes the number that it found into its output.
    Result<Child> child =
        Child::start({"Xvfb", "-displayfd", "1", "-screen", "0", "1600x900x24", "-nolisten", "tcp"},
                     output, SIGTERM);
    if (!child) return child.error();
    std::optional<int> code;
    for (const Time until = station_now() + kScreenPatience; !code && station_now() < until;) {
      code = child->wait(std::chrono::milliseconds(20));
      const std::string number = screen_number(text_of(output));
      if (!code && !number.empty()) return Screen(child.take(), ":" + number);
    }
    if (code == kNotInstalled) {
      return Error{Code::kNotFound,
                   "Xvfb is not installed, and the console needs a screen to draw on: `./run "
                   "bench` installs it (package xvfb)"};
    }
    return Error{Code::kUnavailable, "Xvfb opened no screen: " + last_line(text_of(output))};
  }

  const std::string& name() const { return name_; }

 private:
  Screen(Child child, std::string name) : child_(std::move(child)), name_(std::move(name)) {}
  Child child_;
  std::string name_;  // ":99"
};

// A cluster with so many connections, as a recording: the last `seconds` are of people who write.
// Most connections are silent. The people are of `glasspost load`, because its devices tell what
// they show, as devices of real people do.
Status record(const std::string& folder, const std::string& file, std::size_t connections,
              double seconds, const Progress& progress) {
  progress("making users", 0);
  LoadShape silent;
  silent.senders = connections - std::min(kPeople, connections / 2);
  Result<std::unique_ptr<Server>> server =
      start_glasspost({.placement = "split", .watch = 1, .recording = file}, silent.senders);
  if (!server) return server.error();
  progress("connecting them", 0.2);
  LineLoad crowd(silent, (*server)->ports(), (*server)->talk(silent));
  const Measured logins = crowd.connect_all([] { return Duration(0); });
  if (!logins.broken.empty()) return Error{Code::kUnavailable, logins.broken};

  progress("recording", 0.3);
  const std::string output = folder + "/people.log";
  Result<Child> people =
      Child::start({own_program(), "load", "--dir", (*server)->directory(), "--users",
                    std::to_string(connections - silent.senders), "--devices", "1", "--rate",
                    fmt::format("{}", kTexts), "--seconds", "86400"},
                   output);
  if (!people) return people.error();
  const double span = seconds + kPeopleComeIn;
  if (people->wait(Duration(static_cast<std::int64_t>(span * 1e6)))) {
    return Error{Code::kUnavailable, "the people left too early: " + last_line(text_of(output))};
  }
  (*server)->end_recording();  // before anybody leaves
  return ok();
}

Result<Played> play(const std::string& file, const std::string& folder, const Screen& screen,
                    double seconds) {
  const std::string output = folder + "/console.log";
  std::ofstream(output).flush();
  Result<Child> console = Child::start(
      {"env", "-u", "WAYLAND_DISPLAY", "DISPLAY=" + screen.name(), "LIBGL_ALWAYS_SOFTWARE=1",
       program_beside("glasspost-viz"), "--replay", file, "--as-live",
       fmt::format("{:.2f}", seconds + kWarmUp), "--workspace", "explore", "--json"},
      output);
  if (!console) return console.error();
  const double patience = kStartPatience + 2 * (seconds + kWarmUp);
  const auto code = console->wait(Duration(static_cast<std::int64_t>(patience * 1e6)));
  const std::string report = text_of(output);
  if (code == kNotInstalled) {
    return Error{Code::kNotFound, "there is no glasspost-viz beside this program: `./run build`"};
  }
  if (code == 2) return Error{Code::kNotFound, last_line(report)};
  if (code != 0) {
    return Error{Code::kUnavailable,
                 "the console ended before its time: " +
                     (code ? last_line(report) : std::string("it did not come to an end"))};
  }
  const std::string costs = report.substr(std::min(report.find("\"costs\":"), report.size()));
  const Played played{number_after(costs, "\"fps\":"),    number_after(costs, "\"p50\":"),
                      number_after(costs, "\"p99\":"),    number_after(costs, "\"all\":"),
                      number_after(costs, "\"feed\":"),   number_after(costs, "\"build\":"),
                      number_after(costs, "\"render\":"), number_after(costs, "\"facts_per_s\":")};
  if (played.fps <= 0 || played.facts < 0) {
    return Error{Code::kCorruption, "the console's report cannot be read: " + report};
  }
  return played;
}

double middle(const std::vector<Played>& runs, double Played::*value) {
  std::vector<double> values;
  values.reserve(runs.size());
  for (const Played& run : runs)
    values.push_back(run.*value);
  return median(values);
}

std::vector<Finding> findings_of(const std::vector<Played>& runs) {
  Finding frames;
  frames.name = "console.frames";
  frames.unit = "frames/s";
  frames.ours = middle(runs, &Played::fps);
  frames.cpu_us = middle(runs, &Played::all) * 1e3;
  frames.p50_ms = middle(runs, &Played::p50_ms);
  frames.p99_ms = middle(runs, &Played::p99_ms);
  frames.target = "at least 30";
  frames.met = frames.ours >= kLeastFrames;
  std::vector<Finding> findings = {frames};
  const std::pair<const char*, double Played::*> parts[] = {
      {"feed", &Played::feed}, {"build", &Played::build}, {"render", &Played::render}};
  for (const auto& [name, value] : parts) {
    Finding part;
    part.name = fmt::format("console.cpu.{}", name);
    part.unit = "ms/frame";
    part.ours = middle(runs, value);
    findings.push_back(part);
  }
  Finding facts;
  facts.name = "console.facts";
  facts.unit = "facts/s";
  facts.ours = middle(runs, &Played::facts);
  findings.push_back(facts);
  return findings;
}

}  // namespace

Result<std::vector<Finding>> bench_console(const BenchOptions& options, const Progress& progress) {
  Result<Folder> folder = Folder::make();
  if (!folder) return folder.error();
  // First, because it is what may be missing.
  Result<Screen> screen = Screen::open(folder->path());
  if (!screen) return screen.error();
  const std::string file = folder->path() + "/busy.gpr";
  const Status recorded =
      record(folder->path(), file, options.connections, options.seconds + kWarmUp, progress);
  if (!recorded) return recorded.error();
  std::vector<Played> runs;
  for (unsigned run = 0; run < options.pairs; ++run) {
    progress("the console plays it", 0.4 + 0.6 * run / options.pairs);
    const Result<Played> played = play(file, folder->path(), *screen, options.seconds);
    if (!played) return played.error();
    runs.push_back(*played);
  }
  return findings_of(runs);
}

}  // namespace glasspost::bench
