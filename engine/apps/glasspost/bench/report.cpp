// Writing findings; see report.hpp.
#include "engine/apps/glasspost/bench/report.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <unistd.h>

#include "engine/base/text.hpp"

namespace glasspost::bench {
namespace {

// Three figures that matter, no more.
std::string figure(double value) {
  if (value == 0) return "0";
  const double size = std::abs(value);
  if (size >= 100) return fmt::format("{:.0f}", value);
  if (size >= 10) return fmt::format("{:.1f}", value);
  return fmt::format("{:.2f}", value);
}

std::string verdict(const Finding& finding) {
  if (!finding.met) return "";
  return *finding.met ? "yes" : "NO";
}

std::string latency(const Finding& finding) {
  if (finding.p99_ms == 0) return "";
  return figure(finding.p50_ms) + " / " + figure(finding.p99_ms);
}

std::string beside(const Finding& finding) {
  if (finding.peer.empty()) return "";
  return fmt::format("{} ({}), ratio {}", figure(finding.peer_value), finding.peer,
                     figure(finding.ratio));
}

}  // namespace

void aim(Finding& one, const std::string& target, bool met) {
  one.target = target;
  one.met = met;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string to_table(const std::vector<Finding>& findings) {
  std::string text = fmt::format("{:<24} {:>9} {:<14} {:>7} {:>15}  {:<4} {}\n", "name", "ours",
                                 "unit", "cpu us", "p50 / p99 ms", "met", "target; peer");
  for (const Finding& one : findings) {
    const std::string apart = one.target.empty() || one.peer.empty() ? "" : "; ";
    text += fmt::format("{:<24} {:>9} {:<14} {:>7} {:>15}  {:<4} {}{}{}\n", one.name,
                        figure(one.ours), one.unit, one.cpu_us == 0 ? "" : figure(one.cpu_us),
                        latency(one), verdict(one), one.target, apart, beside(one));
  }
  return text;
}

std::string to_json(const std::vector<Finding>& findings) {
  std::string list;
  for (const Finding& one : findings) {
    list += fmt::format(
        "{}{{\"name\": {}, \"unit\": {}, \"ours\": {:.4g}, \"cpu_us\": {:.4g}, \"p50_ms\": {:.4g}, "
        "\"p99_ms\": {:.4g}, \"peer\": {}, \"peer_value\": {:.4g}, \"ratio\": {:.4g}, "
        "\"target\": {}, \"met\": {}, \"durability\": {}}}",
        list.empty() ? "" : ",\n ", json_quote(one.name), json_quote(one.unit), one.ours,
        one.cpu_us, one.p50_ms, one.p99_ms, json_quote(one.peer), one.peer_value, one.ratio,
        json_quote(one.target), one.met ? (*one.met ? "true" : "false") : "null",
        json_quote(one.durability));
  }
  return "[" + list + "]";
}

std::string to_page(const std::vector<Finding>& findings) {
  const auto pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
  const double memory = pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024 * 1024);
  std::string text = fmt::format(
      "# Performance\n\n`glasspost bench --page docs/performance.md` wrote this page, on a machine "
      "with {} cores and {:.0f} GB.\nServer and load shared these cores. *cpu* is processor time "
      "of "
      "all processes of the server for each unit of work; of `console`, of the console for each "
      "frame.\nPeers ran in turn with ours; each "
      "figure "
      "is the median of the pairs, and the ratio is the median of the pairs' ratios.\n\n"
      "| name | ours | unit | cpu us | p50 / p99 ms | peer | target | met |\n"
      "|---|---|---|---|---|---|---|---|\n",
      std::thread::hardware_concurrency(), memory);
  for (const Finding& one : findings) {
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", one.name, figure(one.ours),
                        one.unit, one.cpu_us == 0 ? "" : figure(one.cpu_us), latency(one),
                        beside(one), one.target, verdict(one));
  }
  text += "\nWhat is safe when it is acknowledged:\n\n";
  std::set<std::string_view> said;
  for (const Finding& one : findings) {
    for (std::string_view left = one.durability; !left.empty();) {
      const std::string_view part = left.substr(0, left.find("; "));
      left.remove_prefix(std::min(left.size(), part.size() + 2));
      if (said.insert(part).second) text += "- " + std::string(part) + "\n";
    }
  }
  return text;
}

}  // namespace glasspost::bench
