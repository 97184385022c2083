// What is said on a hub's socket, read: the hub's words as a watcher hears them, and facts that
// devices publish as the hub takes them. Bytes in, facts out; sockets are the hosts' affair.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "glasspost/v1/telemetry.pb.h"

#include "engine/telemetry/fact_source.hpp"

namespace glasspost {

// A watcher's side: replies of a hub, one after the other, as one stream in order of time.
class HubListener {
 public:
  // Adds what a reply tells to the batch. What cannot be read tells nothing.
  void hear(const std::string& reply, FactBatch& batch);

  const RunLabels& labels() const { return labels_; }
  std::uint64_t labels_version() const { return labels_version_; }
  Time begins() const { return begins_; }  // of the first fact; 0: there was none yet
  Time until() const { return until_; }    // every fact up to here was told

 private:
  RunLabels labels_;
  std::uint64_t labels_version_ = 0;
  Time begins_ = Time(Duration(0));
  Time until_ = Time(Duration(0));
};

// What a device has published.
struct Published {
  std::vector<Fact> facts;
  std::uint64_t lost = 0;  // by the device, or because a device cannot know such a thing
};

// `now` is the hub's: nobody tells of the future.
Published read_published(const v1::PublishFacts& said, Time now);

}  // namespace glasspost
