// cluster.toml, the one file that is read with toml++: any text. What must hold:
//   - it is refused with the file's name, a reason that a terminal may show and the way out, or
//     read;
//   - what is read is a cluster: every role has a process, every section an owner that lives in
//     one;
//   - it is written again as a text that is read as the same;
//   - a small file makes no large cluster.
// The small files of a run directory are read on the way: ports, boot ids, durations of choices.
#include <string>
#include <string_view>

#include "engine/base/text.hpp"
#include "engine/control/topology.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace glasspost::fuzz {
namespace {

constexpr std::size_t kProcessesMax = 64;

void check_owners(const Topology& topology, const std::vector<Address>& owners) {
  must(!owners.empty(), "every kind of section has an owner");
  for (Address owner : owners)
    must(topology.process_with(owner) != nullptr, "an owner lives in a process");
}

void check_cluster(const Topology& topology) {
  must(!topology.processes.empty() && topology.processes.size() <= kProcessesMax,
       "a cluster has a few processes");
  const Config& config = topology.config;
  check_owners(topology, config.conversation_owners);
  check_owners(topology, config.mailbox_owners);
  check_owners(topology, config.seq_owners);
  check_owners(topology, config.replicas);
  must(topology.quorum.is_safe() || topology.quorum == Quorum{3, 1, 1}, "quorums meet");
  must(config.replicas.size() == topology.quorum.replicas &&
           config.read_quorum == topology.quorum.read &&
           config.write_quorum == topology.quorum.write,
       "the configuration has the quorum");
  for (const auto& [role, node] : topology.directory()) {
    must(node.value >= 1 && node.value <= topology.processes.size(), "a node is a process");
    must(topology.node_of(topology.processes[node.value - 1U].name) == node.value,
         "a process has a name of its own");
  }
}

void check_file(const std::string& text) {
  const std::string path = "/run/cluster.toml";
  const Result<Topology> read = parse_topology(text, path);
  if (!read) {
    const std::string& why = read.error().message;
    must(read.error().code == Code::kCorruption, "a bad file is called damaged");
    must(why.starts_with(path + ": "), "a refusal names the file");
    must(why.ends_with("`glasspost reset` makes a new cluster"), "a refusal tells the way out");
    must(is_fit_for_terminal(why), "a refusal is fit for a terminal");
    return;
  }
  check_cluster(*read);
  const std::string written = topology_text(*read);
  const Result<Topology> again = parse_topology(written, path);
  must(static_cast<bool>(again), "what is written can be read");
  must(topology_text(*again) == written, "what is written is read as the same");
}

void check_numbers(std::string_view text) {
  const Result<std::uint64_t> number = parse_u64(text);
  if (number) {
    must(text.find_first_not_of('0') == std::string_view::npos
             ? *number == 0
             : text.substr(text.find_first_not_of('0')) == std::to_string(*number),
         "a number is read as it is written");
  }
  const Result<Duration> duration = parse_duration(text);
  if (duration) must(*duration >= Duration(0), "a duration is not negative");
}

}  // namespace
}  // namespace glasspost::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace glasspost::fuzz;
  const std::string text(reinterpret_cast<const char*>(data), size);
  check_file(text);
  if (size <= 24) check_numbers(text);
  return 0;
}
