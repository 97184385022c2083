// cluster.toml: what is written is read, and what nobody wrote is refused with the file's name.
#include "engine/control/topology.hpp"

#include <doctest/doctest.h>

namespace glasspost {
namespace {

const std::string kPath = "/run/cluster.toml";

std::string usual_text() {
  TopologyRequest request;
  const Result<Topology> made = make_topology(request);
  REQUIRE(made);
  return topology_text(*made);
}

// The usual file, with this line in place of the one that begins with `key`.
std::string with_line(const std::string& key, const std::string& line) {
  std::string text = usual_text();
  const std::size_t begins = text.find(key + " = ");
  REQUIRE(begins != std::string::npos);
  return text.replace(begins, text.find('\n', begins) - begins, line);
}

}  // namespace

TEST_CASE("a cluster that is written down is read as the same") {
  const Result<Topology> read = parse_topology(usual_text(), kPath);
  REQUIRE(read);
  CHECK(topology_text(*read) == usual_text());
}

TEST_CASE("three replicas of the store are three processes, in every placement") {
  for (const char* placement : {"split", "merged"}) {
    TopologyRequest request;
    request.placement = placement;
    request.quorum = {3, 2, 2};
    const Result<Topology> made = make_topology(request);
    REQUIRE(made);
    CHECK(made->config.replicas.size() == 3);
    CHECK(made->config.read_quorum == 2);
    CHECK(made->config.write_quorum == 2);
    for (std::uint64_t number = 2; number <= 3; ++number) {
      const ProcessSpec* home = made->process_with({RoleKind::kStore, number});
      REQUIRE(home != nullptr);
      CHECK(home->name == "store-" + std::to_string(number));
      CHECK(home->roles.size() == 1);
    }
    REQUIRE(made->process_with({RoleKind::kAccount, 1}) != nullptr);
    const Result<Topology> read = parse_topology(topology_text(*made), kPath);
    REQUIRE(read);
    CHECK(topology_text(*read) == topology_text(*made));
    CHECK(read->quorum == Quorum{3, 2, 2});
  }
}

TEST_CASE(
    "a cluster without a quorum in its file has one replica, and a word that is none is told") {
  std::string text = with_line("quorum", "");
  CHECK(parse_topology(text, kPath)->quorum == Quorum{1, 1, 1});
  for (const char* line : {"quorum = \"3/2\"", "quorum = \"2/1/1\"", "quorum = \"\""}) {
    const Result<Topology> read = parse_topology(with_line("quorum", line), kPath);
    REQUIRE_FALSE(read);
    CHECK(read.error().message.find("3/2/2") != std::string::npos);
  }
}

TEST_CASE("a number that is none of a cluster is refused, whatever its kind") {
  for (const std::string key : {"version", "access", "conversation", "mailbox", "sections"}) {
    for (const char* value : {"0", "-1", "1e300", "2.0", "nan", "9223372036854775807", "4294967297",
                              "true", "'1'", "[1]"}) {
      std::string line = key + " = ";
      line += value;
      CAPTURE(line);
      const Result<Topology> read = parse_topology(with_line(key, line), kPath);
      REQUIRE_FALSE(read);
      CHECK(read.error().code == Code::kCorruption);
      CHECK(read.error().message.starts_with(kPath));
    }
  }
}

}  // namespace glasspost
