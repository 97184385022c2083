// What a person may do to the run that is shown: choices and faults. The program carries it out on
// a live cluster or in a virtual world; a recording can only be looked at.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace glasspost::viz {

enum class FaultTool : std::uint8_t {
  kKill = 0,
  kFreeze = 1,
  kSlowDisk = 2,
  kDrop = 3,
  kDelay = 4,
  kCut = 5,
  kClock = 6,
  kPause = 7  // a stop of the world for a moment
};
inline constexpr std::size_t kFaultTools = 8;

class Driver {
 public:
  virtual ~Driver() = default;

  // Nothing can ever be done here, whatever instant is shown.
  virtual bool only_looks() const { return false; }

  // Why a choice cannot be set now, for a person; empty: it can.
  virtual std::string no_choice_because(const std::string& key) const = 0;
  virtual void set_choice(const std::string& key, const std::string& value) = 0;

  // Why this tool does not work here; empty: it does.
  virtual std::string no_fault_because(FaultTool tool) const = 0;
  virtual void strike(FaultTool tool, const std::string& process) = 0;
  // Everything well again.
  virtual void heal_all() = 0;

  // Refusals since the last call, in words.
  virtual std::vector<std::string> take_refusals() = 0;
};

}  // namespace glasspost::viz
