// A virtual world as a source of facts: it runs as far as somebody wants to see, and can be struck
// and reconfigured on the way. The one place in the console that knows the virtual world.
//
//   SimSource --run_until--> World --(WorldWatch)--> facts --> film
#pragma once

#include <memory>
#include <string>

#include "engine/telemetry/fact_source.hpp"
#include "viz/model/driver.hpp"
#include "viz/model/number_desk.hpp"

namespace glasspost::viz {

struct SimWish {
  std::uint64_t seed = 1;
  bool hostile = false;  // with the seed's own faults
  std::string placement = "split";
  Duration length = std::chrono::minutes(30);
};

class SimSource final : public FactSource {
 public:
  explicit SimSource(const SimWish& wish);
  ~SimSource() override;

  SourceKind kind() const override { return SourceKind::kSimulated; }
  const RunLabels& labels() const override;
  std::uint64_t labels_version() const override { return 1; }
  // Runs the world as far as is needed to know all facts up to `wanted`, at most a few seconds more
  // than before: a window must not stand still.
  FactBatch poll(Time wanted) override;
  Time begins() const override { return Time(Duration(0)); }
  Time ends() const override;
  std::string trouble() const override;

  // Strikes a process where the world stands now. Why not, in words; empty if it was done.
  std::string strike(FaultTool tool, const std::string& process);
  static std::string no_fault_because(FaultTool tool);

  // Users of a section of numbers, and why a user's next number will be what it will be where the
  // world stands now.
  std::vector<Numbered> users_of(SectionId section, std::size_t most) const;
  std::string why_next_number(UserId user) const;

  // Errors: those of set_choice in engine/core/choices.hpp.
  Status choose(const std::string& key, const std::string& value);

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace glasspost::viz
