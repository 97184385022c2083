// From facts to dots: what the model knows of one message is one dot on each link of its path.
#include "viz/scene/flight_log.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "glasspost/v1/letter.pb.h"

#include "engine/proto/fact.hpp"
#include "viz/model/model.hpp"

namespace glasspost::viz {
namespace {

constexpr std::uint32_t fact_role(RoleKind kind, std::uint32_t number) {
  return static_cast<std::uint32_t>(kind) << 24 | number;
}
constexpr std::uint64_t address(RoleKind kind, std::uint64_t number) {
  return static_cast<std::uint64_t>(kind) << 56 | number;
}

RunLabels small_cluster() {
  RunLabels labels;
  std::uint16_t node = 0;
  for (const Address role :
       {Address{RoleKind::kAccess, 1}, Address{RoleKind::kLogic, 1},
        Address{RoleKind::kConversation, 1}, Address{RoleKind::kMailbox, 1},
        Address{RoleKind::kMailbox, 2}, Address{RoleKind::kSeq, 1}, Address{RoleKind::kStore, 1}}) {
    labels.processes.push_back({NodeId{++node}, to_text(role), {role}});
  }
  return labels;
}

struct Step {
  RoleKind from, to;
  std::uint64_t kind;
};
// The way of a text to its commit and into one inbox.
const std::vector<Step> kPath{
    {RoleKind::kAccess, RoleKind::kLogic, v1::Letter::kSubmit},
    {RoleKind::kLogic, RoleKind::kConversation, v1::Letter::kSubmit},
    {RoleKind::kConversation, RoleKind::kStore, v1::Letter::kAppendLog},
    {RoleKind::kStore, RoleKind::kConversation, v1::Letter::kLogAppended},
    {RoleKind::kConversation, RoleKind::kMailbox, v1::Letter::kIndexRows}};

constexpr std::int64_t kStart = 5'000'003;
constexpr std::int64_t kWait = 300;

Fact cell_of(const Step& step, std::int64_t arrived) {
  return {.time_us = arrived / kCellUs * kCellUs + kCellUs,
          .kind = FactKind::kCell,
          .subject = link_of(fact_role(step.from, 1), fact_role(step.to, 1)),
          .object = step.kind,
          .number = 1,
          .value = 100,
          .extra = std::uint64_t{kWait} << 32 | kWait};
}

Fact arrival_of(const Step& step, std::int64_t arrived) {
  return {.time_us = arrived,
          .trace = 7,
          .kind = FactKind::kArrived,
          .role = fact_role(step.to, 1),
          .subject = address(step.from, 1),
          .object = step.kind,
          .number = 100,
          .value = kWait};
}

// What a watcher sees from `model` while time goes on: the links in the order in which they have a
// dot. Never two dots at once.
std::vector<int> watch(Model& model, const MapContent& content, FlightLog& log) {
  std::vector<int> seen;
  log.slow_down(1'000, 30'000'000);
  for (std::int64_t now = kStart; now < kStart + 30'000'000; now += 16'000) {
    model.at(time_from_us(now));
    log.update(content, model.flows(), model.messages(), model.now());
    const std::vector<Dot> dots = dots_at(log.flights(), log.slow(), now, 1);
    REQUIRE(dots.size() <= 1);
    if (!dots.empty() && (seen.empty() || seen.back() != dots[0].link)) {
      seen.push_back(dots[0].link);
    }
  }
  return seen;
}

std::vector<int> path_on(const MapContent& content) {
  std::vector<int> edges;
  edges.reserve(std::size(kPath));
  for (const Step& step : kPath)
    edges.push_back(content.edge(fact_role(step.from, 1), fact_role(step.to, 1)));
  return edges;
}

}  // namespace

TEST_CASE("cells of one message are one dot on each link of its path, in the order of its hops") {
  Model model;
  model.name(small_cluster());
  for (std::size_t i = 0; i < kPath.size(); ++i)
    model.apply(cell_of(kPath[i], kStart + 400 * static_cast<std::int64_t>(i)));
  const MapContent content = map_content(model.processes().all());
  FlightLog log;
  CHECK(watch(model, content, log) == path_on(content));
}

TEST_CASE("the story of a message names its links in the order of its hops") {
  Model model;
  model.name(small_cluster());
  for (std::size_t i = 0; i < kPath.size(); ++i)
    model.apply(arrival_of(kPath[i], kStart + 400 * static_cast<std::int64_t>(i)));
  const MapContent content = map_content(model.processes().all());
  const MessageStory* story = model.messages().find(std::uint64_t{7});
  REQUIRE(story != nullptr);
  CHECK(edges_of_story(content, *story) == path_on(content));
}

TEST_CASE("what is past is dropped, and a jump in time forgets all") {
  Model model;
  model.name(small_cluster());
  model.apply(cell_of(kPath[0], kStart));
  const MapContent content = map_content(model.processes().all());
  FlightLog log;
  log.slow_down(1'000, 30'000'000);
  model.at(time_from_us(kStart + 20'000));
  log.update(content, model.flows(), model.messages(), model.now());
  CHECK(log.flights().size() == 1);
  model.at(time_from_us(kStart + 2'000'000));
  log.update(content, model.flows(), model.messages(), model.now());
  CHECK(log.flights().empty());
  log.update(content, model.flows(), model.messages(), time_from_us(kStart + 20'000));
  CHECK(log.flights().size() == 1);  // gone back: it is seen again
}

TEST_CASE("the map has a card for each process, numbers in the middle of the mailboxes") {
  Model model;
  model.name(small_cluster());
  const MapContent content = map_content(model.processes().all());
  std::vector<std::string> names;
  for (const MapNode& node : content.nodes)
    names.push_back(node.name);
  CHECK(names == std::vector<std::string>{"access-1", "logic-1", "conversation-1", "mailbox-1",
                                          "seq-1", "mailbox-2", "store-1"});
  CHECK_FALSE(content.one_process);
  CHECK(content.edge(fact_role(RoleKind::kDevice, 0), fact_role(RoleKind::kAccess, 1)) >= 0);
  CHECK(content.edge(fact_role(RoleKind::kStore, 1), fact_role(RoleKind::kAccess, 1)) == -1);
}

TEST_CASE("a link for both directions has no dots that run backwards") {
  RunLabels labels = small_cluster();
  labels.processes.push_back({NodeId{8}, "account-1", {Address{RoleKind::kAccount, 1}}});
  Model model;
  model.name(labels);
  const MapContent content = map_content(model.processes().all());
  const std::uint32_t access = fact_role(RoleKind::kAccess, 1);
  const std::uint32_t account = fact_role(RoleKind::kAccount, 1);
  CHECK(content.edge(access, account) >= 0);
  CHECK(content.edge(account, access) == content.edge(access, account));
  CHECK(content.edge_forth(account, access) == -1);
}

TEST_CASE("one process with all roles has a card for each role") {
  RunLabels labels = small_cluster();
  RunLabels merged;
  merged.processes.push_back({NodeId{1}, "server", {}});
  for (const RunLabels::Process& process : labels.processes)
    merged.processes[0].roles.push_back(process.roles.front());
  Model model;
  model.name(merged);
  const MapContent content = map_content(model.processes().all());
  CHECK(content.one_process);
  CHECK(content.nodes.size() == 7);
}

TEST_CASE("traffic is counted by link and by card") {
  Model model;
  model.name(small_cluster());
  for (const Step& step : kPath)
    model.apply(cell_of(step, kStart));
  model.at(time_from_us(kStart + 20'000));
  const MapContent content = map_content(model.processes().all());
  const auto traffic = edge_traffic(content, model.flows(), model.now());
  for (const int edge : path_on(content))
    CHECK(traffic[static_cast<std::size_t>(edge)].letters == 1);
  const int submit = path_on(content)[0];
  CHECK(traffic[static_cast<std::size_t>(submit)].main == MessageGroup::kSend);
  const auto later = edge_traffic(content, model.flows(), model.now() + Duration(2'000'000));
  CHECK(later[static_cast<std::size_t>(submit)].letters == 0);
  CHECK(later[static_cast<std::size_t>(submit)].main == MessageGroup::kSend);  // keeps its colour
  const auto nodes = node_traffic(content, model.flows(), model.now());
  const int conversation = content.node(fact_role(RoleKind::kConversation, 1));
  const int mailbox = content.node(fact_role(RoleKind::kMailbox, 1));
  CHECK(nodes[static_cast<std::size_t>(mailbox)].in == 1);
  CHECK(nodes[static_cast<std::size_t>(mailbox)].out == 0);
  CHECK(nodes[static_cast<std::size_t>(conversation)].in == 2);
  CHECK(nodes[static_cast<std::size_t>(conversation)].out == 2);
}

}  // namespace glasspost::viz
