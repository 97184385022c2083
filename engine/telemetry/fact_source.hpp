// A stream of facts, wherever it comes from: a running cluster, a recording, a virtual world. The
// console's model reads one of these and never asks which.
//
//   rings --> hub --> LiveSource ----+
//   file.gpr --> RecordingSource ----+--> viz/model
//   virtual world --> SimSource -----+
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/base/result.hpp"
#include "engine/base/time.hpp"
#include "engine/core/address.hpp"
#include "engine/proto/fact.hpp"

namespace glasspost {

// What the screen says about where facts come from.
enum class SourceKind : std::uint8_t { kReal = 0, kRecorded = 1, kSimulated = 2, kBranch = 3 };

// What the numbers in facts stand for. Small, complete, and part of every recording.
struct RunLabels {
  struct Process {
    NodeId node;
    std::string name;            // "mailbox-1"
    std::vector<Address> roles;  // that live in it
  };
  std::string run;        // a name for people: the cluster's folder, the scenario
  std::string preset;     // "classroom"
  std::string placement;  // "split" or "merged"
  std::uint64_t seed = 0;
  std::string build;               // git id of the program that wrote the facts; may be empty
  std::vector<Process> processes;  // in topology order; devices are not among them
  std::map<UserId, std::string> users;
  std::map<std::string, std::string> choices;  // in force when the stream began
};

// A piece of the stream. Facts are in order of time; every fact later than `until` is still to
// come, and none that is not.
struct FactBatch {
  std::vector<Fact> facts;
  Time until = Time(Duration(0));
  bool ended = false;  // nothing more will come
};

class FactSource {
 public:
  virtual ~FactSource() = default;

  virtual SourceKind kind() const = 0;

  // May change when users join; compare `labels_version`.
  virtual const RunLabels& labels() const = 0;
  virtual std::uint64_t labels_version() const = 0;

  // What came since the last call, without waiting. A source that can choose (recordings, virtual
  // worlds) gives facts up to `wanted`; a live one gives what there is.
  virtual FactBatch poll(Time wanted) = 0;

  // First and last known time of the stream.
  virtual Time begins() const = 0;
  virtual Time ends() const = 0;

  // Why the stream stopped, for a person; empty while all is well.
  virtual std::string trouble() const = 0;
};

}  // namespace glasspost
