// A run as ten plain sentences.
#include <algorithm>

#include <fmt/format.h>

#include "engine/base/counted.hpp"
#include "engine/virtual/run.hpp"

namespace glasspost {
namespace {

constexpr std::size_t kSentences = 10;

std::string at_text(Time at) {
  return fmt::format("At {:.2f} s ", static_cast<double>(to_us(at)) / 1e6);
}

std::string opening(const RunReport& report) {
  const Scenario& scenario = report.scenario;
  return fmt::format(
      "Seed {}: {} with {} each wrote {} in {}, to a {} cluster under {} faults.", scenario.seed,
      counted(scenario.users, "user"), counted(scenario.devices_per_user, "device"),
      counted(report.counts.composed, "text"),
      counted(static_cast<std::uint64_t>(scenario.length.count() / 1'000'000), "virtual second"),
      to_text(scenario.placement), to_text(scenario.profile));
}

std::string traffic(const RunReport& report) {
  const WorldCounts& counts = report.counts;
  return fmt::format(
      "{} texts were acknowledged and messages were shown {} times; {} of {} frames between "
      "processes were lost, {} doubled, {} came late.",
      counts.acked, counts.shown, counts.frames_lost, counts.frames, counts.frames_doubled,
      counts.frames_late);
}

std::string ending(const RunReport& report) {
  const std::vector<RunReport::Broken> broken = report.all_broken();
  if (report.broken() == 0) return "In the end " + report.trouble + ".";
  if (!broken.empty()) {
    std::string others;
    for (std::size_t index = 1; index < broken.size(); ++index)
      others += fmt::format("{} promise {}", index == 1 ? ", and" : " and", broken[index].promise);
    return fmt::format("Promise {} was broken{}{}: {}.", broken[0].promise, others,
                       others.empty() ? "" : ", too", broken[0].sentence);
  }
  std::uint64_t judged = 0;
  for (const Verdict& verdict : report.verdicts)
    judged += verdict.judged;
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.outcome != Outcome::kCannotTell) continue;
    return fmt::format("Promise {} could not be judged: {}.", verdict.promise, verdict.reason);
  }
  return fmt::format("Every promise held, by {} judgements.", judged);
}

// What to leave out when there is too much to tell: the return of sections first, then small
// things.
int weight(const Notable& notable) {
  if (notable.sentence.find("lost") != std::string::npos) return 3;
  if (notable.sentence.find("died") != std::string::npos) return 3;
  if (notable.sentence.find("served again") != std::string::npos) return 1;
  return 2;
}

}  // namespace

std::vector<std::string> tell_story(const RunReport& report) {
  std::vector<Notable> told = report.notables;
  const std::size_t room = kSentences - 3;
  const auto heavier = [](const Notable& one, const Notable& other) {
    return weight(one) > weight(other);
  };
  std::stable_sort(told.begin(), told.end(), heavier);
  if (told.size() > room) told.resize(room);
  const auto earlier = [](const Notable& one, const Notable& other) { return one.at < other.at; };
  std::stable_sort(told.begin(), told.end(), earlier);

  std::vector<std::string> sentences{opening(report)};
  for (const Notable& notable : told)
    sentences.push_back(at_text(notable.at) + notable.sentence + ".");
  if (report.notables.empty()) sentences.push_back("Nothing struck.");
  sentences.push_back(traffic(report));
  sentences.push_back(ending(report));
  return sentences;
}

std::string describe_plan(const RunReport& report) {
  const std::vector<NodeShape> nodes = server_nodes(report.scenario);
  const auto name = [&nodes](std::uint16_t number) {
    if (number == 0) return std::string("-");
    if (number <= nodes.size()) return nodes[number - 1U].name;
    return "device node " + std::to_string(number);
  };
  std::string text;
  for (const Fault& fault : report.plan) {
    text += fmt::format("  {:8.3f} s  {:<16} {:<18} {:<18} for {:.3f} s\n",
                        static_cast<double>(to_us(fault.at)) / 1e6, to_text(fault.kind),
                        name(fault.node), name(fault.peer),
                        static_cast<double>(fault.length.count()) / 1e6);
  }
  return text;
}

}  // namespace glasspost
