// Everything that can be known of a run at one instant, from the facts up to it. A value: the film
// copies it now and then and goes back to a copy.
//
//   facts --apply--> Model --queries--> scenes and views
//
// No window, no clock, no source: whoever drives it hands facts in, in order of time.
#pragma once

#include <map>
#include <string>

#include "engine/telemetry/fact_source.hpp"
#include "viz/model/connections.hpp"
#include "viz/model/deeds.hpp"
#include "viz/model/failovers.hpp"
#include "viz/model/flows.hpp"
#include "viz/model/ledger.hpp"
#include "viz/model/messages.hpp"
#include "viz/model/metrics.hpp"
#include "viz/model/processes.hpp"

namespace glasspost::viz {

class Model {
 public:
  // What numbers stand for. May come again, with more users.
  void name(const RunLabels& labels);

  void apply(const Fact& fact);
  // Time goes on without facts.
  void at(Time now);

  Time now() const { return now_; }
  const RunLabels& labels() const { return labels_; }
  const Processes& processes() const { return processes_; }
  const Flows& flows() const { return flows_; }
  const Connections& connections() const { return connections_; }
  const Messages& messages() const { return messages_; }
  const Metrics& metrics() const { return metrics_; }
  const Deeds& deeds() const { return deeds_; }
  const Ledger& ledger() const { return ledger_; }
  const Failovers& failovers() const { return failovers_; }

  // Choices in force, by key.
  const std::map<std::string, std::string>& choices() const { return choices_; }
  // From when on everything was told while this choice had its value: what is measured from there
  // on can be compared.
  Time same_since(const std::string& key) const;
  // 1 of so many messages is watched; 0: none.
  std::uint64_t watching() const;
  // Facts that never came, as far as they were counted; and whether more is missing, which nobody
  // counted.
  std::uint64_t lost() const { return lost_; }
  bool lost_uncounted() const { return lost_uncounted_; }
  std::uint64_t facts() const { return facts_; }

  // How many devices the account gave to a user; 0: nobody told.
  std::size_t devices_of(UserId user) const;

  // "alice", or "user 7".
  std::string user_name(UserId user) const;
  // "alice's device 2"
  std::string device_name(DeviceId device) const;
  // "mailbox-1", "devices"; a role as facts name it.
  static std::string role_name(std::uint32_t fact_role);

 private:
  RunLabels labels_;
  Processes processes_;
  Flows flows_;
  Connections connections_;
  Messages messages_;
  Metrics metrics_;
  Deeds deeds_;
  Ledger ledger_;
  Failovers failovers_;
  std::map<std::string, std::string> choices_;
  std::map<std::string, Time> chosen_;  // when a choice was set last
  std::map<UserId, std::size_t> devices_;
  Time begins_ = Time(Duration(0));  // the first fact after which none is missing
  Time now_ = Time(Duration(0));
  std::uint64_t lost_ = 0;
  bool lost_uncounted_ = false;
  std::uint64_t facts_ = 0;
};

}  // namespace glasspost::viz
