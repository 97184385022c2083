// The families, one after the other; see metrics_page.hpp.
#include "engine/apps/glasspost/metrics_page.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

namespace glasspost {
namespace {

namespace fs = std::filesystem;

// A counter of `glasspost status` and its name here.
struct Named {
  std::string_view counter;
  std::string_view metric;
  MetricType type;
  std::string_view help;
};

constexpr auto kCounter = MetricType::kCounter;
constexpr auto kGauge = MetricType::kGauge;
constexpr std::array kNamed = {
    Named{"sections", "glasspost_sections", kGauge,
          "Sections that the routes give to this process."},
    Named{"steps", "glasspost_steps_total", kCounter, "Steps of the roles in this process."},
    Named{"puts", "glasspost_puts_total", kCounter, "Batches written to the store."},
    Named{"syncs", "glasspost_syncs_total", kCounter, "Syncs of the disk."},
    Named{"held", "glasspost_held_releases", kGauge, "Steps whose letters wait for a sync."},
    Named{"frames_in", "glasspost_frames_received_total", kCounter, "Frames from other processes."},
    Named{"frames_out", "glasspost_frames_sent_total", kCounter, "Frames to other processes."},
    Named{"frames_dropped", "glasspost_frames_dropped_total", kCounter,
          "Frames that were unreadable, too long, or did not fit into a queue."},
    Named{"letters_dropped", "glasspost_letters_dropped_total", kCounter,
          "Letters that no role took, for any reason."},
    Named{"connections", "glasspost_connections", kGauge,
          "Connections of devices whose handshake is done."},
    Named{"acknowledged", "glasspost_texts_acknowledged_total", kCounter,
          "Texts that were answered as durable."},
    Named{"violations", "glasspost_edge_violations_total", kCounter,
          "Connections that broke the transport's rules."},
    Named{"refused", "glasspost_edge_refused_total", kCounter,
          "Connections that were closed unread, for a limit."},
    Named{"half_open", "glasspost_edge_half_open", kGauge,
          "Connections on which nobody is logged in, or that are kept waiting."},
    Named{"evicted", "glasspost_edge_evicted_total", kCounter,
          "Connections without a login whose place a newcomer got."},
    Named{"closed_no_login", "glasspost_edge_closed_no_login_total", kCounter,
          "Connections on which nobody logged in in time."},
    Named{"facts", "glasspost_facts_total", kCounter, "Facts that the hub put in order."},
    Named{"facts_lost", "glasspost_facts_lost_total", kCounter,
          "Facts that were lost on their way to the hub."},
    Named{"watchers", "glasspost_fact_watchers", kGauge, "Who listens to the hub."}};

// "mailbox" of mailbox-2; a name without a number stays.
std::string role_of(const std::string& process) {
  const std::size_t dash = process.rfind('-');
  const bool is_numbered = dash != std::string::npos && dash + 1 < process.size() &&
                           process.find_first_not_of("0123456789", dash + 1) == std::string::npos;
  return is_numbered ? process.substr(0, dash) : process;
}

MetricLabels labels_of(const v1::ProcessStatus& process) {
  return {{"process", process.name()}, {"role", role_of(process.name())}};
}

// What the kernel knows of a process.
struct Usage {
  double cpu_seconds = 0;
  std::uint64_t resident_bytes = 0;
  std::uint64_t open_files = 0;
};

// Nothing if it is gone. /proc/N/stat and statm: see proc(5).
std::optional<Usage> usage_of(std::uint32_t pid) {
  const std::string folder = fmt::format("/proc/{}", pid);
  std::ifstream stat(folder + "/stat");
  std::string line;
  if (pid == 0 || !std::getline(stat, line)) return std::nullopt;
  const std::size_t after_name = line.rfind(')');
  if (after_name == std::string::npos) return std::nullopt;
  constexpr int kFieldsBeforeTimes = 11;  // state is the first after the name
  std::istringstream fields(line.substr(after_name + 1));
  std::string skipped;
  for (int field = 0; field < kFieldsBeforeTimes; ++field)
    fields >> skipped;
  std::uint64_t user = 0;
  std::uint64_t system = 0;
  fields >> user >> system;
  std::ifstream statm(folder + "/statm");
  std::uint64_t pages = 0;
  std::uint64_t resident = 0;
  statm >> pages >> resident;
  if (!fields || !statm) return std::nullopt;
  Usage usage;
  usage.cpu_seconds =
      static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  usage.resident_bytes = resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  std::error_code error;
  for (fs::directory_iterator file(folder + "/fd", error), end; !error && file != end;
       file.increment(error))
    ++usage.open_files;
  return usage;
}

void write_info(const RunDirectory& directory, Exposition& page) {
  const Result<std::string> text = directory.read(directory.topology_file());
  if (!text) return;
  const Result<Topology> topology = parse_topology(*text, directory.topology_file());
  if (!topology) return;
  page.begin("glasspost_info", kGauge, "How this cluster was made; always 1.");
  page.add({{"preset", topology->preset}, {"placement", topology->placement}}, std::uint64_t{1});
}

void write_processes(const v1::ControlReply& status, Exposition& page) {
  page.begin("glasspost_process_up", kGauge,
             "1 while the process serves; 0 while it starts, stands still or is down.");
  for (const v1::ProcessStatus& process : status.processes())
    page.add(labels_of(process), std::uint64_t{process.state() == "running"});
  page.begin("glasspost_process_starts_total", kCounter,
             "Starts of the process since its supervisor began.");
  for (const v1::ProcessStatus& process : status.processes())
    page.add(labels_of(process), std::uint64_t{process.starts()});

  std::map<std::string, Usage> usages;
  for (const v1::ProcessStatus& process : status.processes()) {
    if (const std::optional<Usage> usage = usage_of(process.pid())) usages[process.name()] = *usage;
  }
  const auto each = [&](const auto& what) {
    for (const auto& [name, usage] : usages)
      page.add({{"process", name}, {"role", role_of(name)}}, what(usage));
  };
  page.begin("glasspost_process_cpu_seconds_total", kCounter,
             "Processor time that the process used, user and system.");
  each([](const Usage& usage) { return usage.cpu_seconds; });
  page.begin("glasspost_process_resident_memory_bytes", kGauge, "Memory of the process.");
  each([](const Usage& usage) { return usage.resident_bytes; });
  page.begin("glasspost_process_open_fds", kGauge, "Open files and sockets of the process.");
  each([](const Usage& usage) { return usage.open_files; });
}

// The samples of one counter, of every process that has it.
void write_counter(const v1::ControlReply& status, std::string_view counter, Exposition& page) {
  for (const v1::ProcessStatus& process : status.processes()) {
    for (const v1::Counter& known : process.counters()) {
      if (known.name() == counter) page.add(labels_of(process), known.value());
    }
  }
}

void write_counters(const v1::ControlReply& status, Exposition& page) {
  std::set<std::string> others;
  for (const v1::ProcessStatus& process : status.processes()) {
    for (const v1::Counter& counter : process.counters())
      others.insert(counter.name());
  }
  for (const Named& named : kNamed) {
    if (others.erase(std::string(named.counter)) == 0) continue;
    page.begin(named.metric, named.type, named.help);
    write_counter(status, named.counter, page);
  }
  // A counter that is missing in the list above is better told without a type than not told.
  for (const std::string& counter : others) {
    page.begin("glasspost_" + counter, MetricType::kUntyped, "As in `glasspost status`.");
    write_counter(status, counter, page);
  }
}

}  // namespace

void write_cluster_metrics(const RunDirectory& directory, const Result<v1::ControlReply>& status,
                           Exposition& page) {
  page.begin("glasspost_up", kGauge, "1 while the cluster's supervisor answers.");
  page.add({}, std::uint64_t{status ? 1U : 0U});
  write_info(directory, page);
  if (!status) return;
  write_processes(*status, page);
  write_counters(*status, page);
}

}  // namespace glasspost
