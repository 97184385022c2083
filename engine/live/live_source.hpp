// Facts of a running cluster: a subscriber of the hub. It never blocks and needs no event loop: a
// window calls poll() once a frame. When the hub is gone it tries again, and says so meanwhile.
#pragma once

#include <cstdint>
#include <string>

#include "engine/control/message_stream.hpp"
#include "engine/telemetry/fact_source.hpp"
#include "engine/telemetry/hub_line.hpp"

namespace glasspost {

class LiveSource final : public FactSource {
 public:
  // `socket` is hub.sock of a run directory. `backlog`: so many of the newest facts come first.
  explicit LiveSource(std::string socket, std::uint64_t backlog = UINT64_MAX);
  ~LiveSource() override;
  LiveSource(const LiveSource&) = delete;
  LiveSource& operator=(const LiveSource&) = delete;

  SourceKind kind() const override { return SourceKind::kReal; }
  const RunLabels& labels() const override { return heard_.labels(); }
  std::uint64_t labels_version() const override { return heard_.labels_version(); }
  FactBatch poll(Time wanted) override;
  Time begins() const override { return heard_.begins(); }
  Time ends() const override { return heard_.until(); }
  std::string trouble() const override { return trouble_; }

 private:
  bool connect();
  bool has_more(Time began) const;
  void disconnect(const std::string& why);

  std::string socket_;
  std::uint64_t backlog_;
  int handle_ = -1;
  bool connected_before_ = false;
  Time next_try_ = Time(Duration(0));
  MessageReader reader_;
  HubListener heard_;
  std::string trouble_ = "no word from the hub yet";
};

}  // namespace glasspost
