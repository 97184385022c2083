// What a benchmark found, as a table, as JSON (DESIGN 11) and as a page.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace glasspost::bench {

// One figure, ours beside a peer's.
struct Finding {
  std::string name;  // "send.cpu"
  std::string unit;
  double ours = 0;
  double cpu_us = 0;  // of the server, for each unit of work; 0: not measured
  double p50_ms = 0;
  double p99_ms = 0;
  std::string peer;  // empty: there is none
  double peer_value = 0;
  double ratio = 0;    // ours / peer_value, the median of pairs
  std::string target;  // in words: "at least 100000"; empty: none
  std::optional<bool> met;
  std::string durability;
};

// A target in words, and whether it was met.
void aim(Finding& one, const std::string& target, bool met);

double median(std::vector<double> values);

std::string to_table(const std::vector<Finding>& findings);
std::string to_json(const std::vector<Finding>& findings);

// Markdown, with the machine named by cores and memory only.
std::string to_page(const std::vector<Finding>& findings);

}  // namespace glasspost::bench
