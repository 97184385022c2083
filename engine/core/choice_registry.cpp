// The registry of design choices: what each is, trades and gives up, in the words that the command
// line, the console, the docs and the labs show (choices.hpp).
#include "engine/core/choices.hpp"

namespace glasspost {
namespace {

std::vector<ChoiceInfo> server_choices() {
  return {
      {"delivery.ack",
       "after-durable | after-memory",
       "after-durable",
       "a later 'sent' for one that survives every crash",
       "after-memory gives up 1: a home that crashes before its batch is durable",
       "p50(ack) = edge + ways + steps of roles + (after-durable: append + sync)",
       "WF 10",
       "now",
       "no loss after ack",
       "waits for the disk",
       "ack p50",
       {"after-durable", "after-memory"},
       {"after-memory"}},
      {"delivery.notice-window",
       "0 .. 2s",
       "0",
       "later notices for fewer of them",
       "",
       "notices/s = min(rows/s x devices, devices / window); delay = window / 2",
       "WF 10",
       "next notice",
       "notice at once",
       "one notice a row",
       "notices",
       {"0", "50ms", "200ms"},
       {}},
      {"store.fsync",
       "always | interval | never",
       "always",
       "a slower acknowledgement for one that survives a power cut",
       "interval and never give up 1: a store that loses what was not synced",
       "syncs/s = min(1 / sync time, puts/s)",
       "WF 9",
       "now",
       "survives a power cut",
       "each commit waits",
       "syncs",
       {"always", "interval", "never"},
       {"interval", "never"}},
      {"seq.step",
       "1 .. 1000000",
       "10000",
       "durable writes for numbers skipped at a restart",
       "",
       "writes/s = growth of the hottest user / step",
       "WF 3.3",
       "next ceiling",
       "few durable writes",
       "gaps after a restart",
       "ceilings",
       {"1", "100", "10000"},
       {}},
  };
}

std::vector<ChoiceInfo> later_choices() {
  return {
      {"seq.prefetch",
       "0 .. 100",
       "50",
       "ceilings asked for earlier, in per cent of the step left, for requests that never wait",
       "",
       "nobody waits while step x prefetch / 100 > growth of the hottest user x time of a raise",
       "WF 3.11",
       "next number",
       "nobody waits for a disk",
       "larger gaps at a restart",
       "waits",
       {"0", "20", "50", "90"},
       {}},
  };
}

std::vector<ChoiceInfo> lease_choices() {
  return {
      {"seq.lease",
       "off | 100ms .. 1m",
       "5s",
       "a later take-over for one owner at a time, whatever is frozen or cut off",
       "off gives up 2 and 5: an owner cut off from store and arbiters, not from its callers",
       "gap = detect + poll + lease (with a death certificate: restart + seal)",
       "WF 3.6",
       "next take-over",
       "one owner at a time",
       "waited out at take-overs",
       "failover",
       {"off", "1s", "5s"},
       {"off"}},
      {"seq.poll",
       "20ms .. 1m",
       "1s",
       "more letters for leases that are renewed, and looked at, more often",
       "",
       "renewals/s = owners x replicas / poll, detect / 2 or lease / 3, the shortest",
       "WF 3.7",
       "next poll",
       "few letters",
       "found out later",
       "renewals",
       {"100ms", "1s", "4s"},
       {}},
      {"seq.detect",
       "20ms .. 1m",
       "1s",
       "take-overs of owners that were only slow, for a shorter gap",
       "",
       "an owner that is silent for longer loses its sections",
       "WF 3.7",
       "now",
       "no false alarms",
       "found out later",
       "failover",
       {"200ms", "1s", "3s"},
       {}},
  };
}

std::vector<ChoiceInfo> fencing_choices() {
  return {
      {"seq.fencing",
       "on | off",
       "on",
       "nothing: replicas that take what older owners write",
       "off gives up 1 or 3: an owner frozen past its lease with an append in flight",
       "writes of older epochs that a replica takes = 0",
       "WF 3.8",
       "now",
       "late writes are refused",
       "a check a write",
       "failover",
       {"on", "off"},
       {"off"}},
      {"seq.clock",
       "monotonic | wall",
       "monotonic",
       "nothing: a clock that somebody sets",
       "wall gives up 5: a wall clock that is set back",
       "an owner serves too long by as much as its clock is set back",
       "WF 3.8",
       "now",
       "nobody sets it",
       "differs between machines",
       "failover",
       {"monotonic", "wall"},
       {"wall"}},
      {"seq.lease-from",
       "send | receive",
       "send",
       "a lease that is longer by the way of the answer",
       "receive gives up 5: an answer that was long on its way",
       "an owner serves too long by as much as the answer took",
       "WF 3.8",
       "now",
       "slow answers do no harm",
       "a little shorter",
       "failover",
       {"send", "receive"},
       {"receive"}},
  };
}

std::vector<ChoiceInfo> routing_choices() {
  return {
      {"seq.routing",
       "table | pair",
       "table",
       "a plain rule, for one of two allocators and a question in vain at each move",
       "",
       "questions in vain at a move = 1 a caller and section with pair, 0 to 2 with table",
       "WF 3.10",
       "next question",
       "any allocator helps",
       "versions in frames",
       "questions in vain",
       {"table", "pair"},
       {}},
      {"seq.section",
       "quarter | half | whole | double | quadruple",
       "whole",
       "more ceilings to write for fewer users that jump with the hottest of their section",
       "",
       "ceilings a take-over = sections of numbers; users that jump together = users / sections",
       "WF 3.2",
       "next table",
       "few ceilings",
       "many jump together",
       "sections",
       {"quarter", "half", "whole", "double", "quadruple"},
       {}},
  };
}

std::vector<ChoiceInfo> telemetry_choices() {
  return {
      {"telemetry.watch",
       "0 .. 1000000000",
       "1",
       "less processor time for fewer messages that can be followed",
       "",
       "facts/s = letters/s of watched messages",
       "DESIGN 9",
       "now",
       "every message followed",
       "a fact a letter",
       "watched",
       {"1", "100", "0"},
       {}},
      {"telemetry.bodies",
       "on | off",
       "on",
       "smaller facts for messages without their bytes",
       "",
       "bytes/s = letter bytes/s of watched messages",
       "DESIGN 9",
       "now",
       "bytes can be read",
       "more facts",
       "letter bytes",
       {"on", "off"},
       {}},
  };
}

}  // namespace

// Recordings name a choice by its place here: new ones go to the end.
const std::vector<ChoiceInfo>& choice_registry() {
  static const std::vector<ChoiceInfo> registry = [] {
    std::vector<ChoiceInfo> all = server_choices();
    const std::vector<ChoiceInfo> watching = telemetry_choices();
    const std::vector<ChoiceInfo> later = later_choices();
    const std::vector<ChoiceInfo> leases = lease_choices();
    const std::vector<ChoiceInfo> fencing = fencing_choices();
    const std::vector<ChoiceInfo> routing = routing_choices();
    all.insert(all.end(), watching.begin(), watching.end());
    all.insert(all.end(), later.begin(), later.end());
    all.insert(all.end(), leases.begin(), leases.end());
    all.insert(all.end(), fencing.begin(), fencing.end());
    all.insert(all.end(), routing.begin(), routing.end());
    return all;
  }();
  return registry;
}

}  // namespace glasspost
