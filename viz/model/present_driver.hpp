// A driver for views: while the film shows an earlier instant, nothing can be done. What a person
// does acts on the present, and the present is not what they look at.
//
//   views --set_choice, strike--> PresentDriver --(the picture is of the present)--> Driver
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "viz/model/driver.hpp"
#include "viz/model/film.hpp"

namespace glasspost::viz {

class PresentDriver final : public Driver {
 public:
  // Neither is owned; both outlive it.
  PresentDriver(Driver& driver, const Player& player) : driver_(driver), player_(player) {}

  bool only_looks() const override { return driver_.only_looks(); }
  std::string no_choice_because(const std::string& key) const override {
    return or_back(driver_.no_choice_because(key));
  }
  void set_choice(const std::string& key, const std::string& value) override {
    if (!refuses()) driver_.set_choice(key, value);
  }
  std::string no_fault_because(FaultTool tool) const override {
    return or_back(driver_.no_fault_because(tool));
  }
  void strike(FaultTool tool, const std::string& process) override {
    if (!refuses()) driver_.strike(tool, process);
  }
  void heal_all() override {
    if (!refuses()) driver_.heal_all();
  }
  std::vector<std::string> take_refusals() override {
    std::vector<std::string> taken = driver_.take_refusals();
    if (std::exchange(refused_, false)) taken.emplace_back(kBack);
    return taken;
  }

 private:
  static constexpr const char* kBack =
      "the film shows an earlier instant; End leads to the present, where deeds act";

  // What never works says so, whatever instant is shown.
  std::string or_back(std::string why) const {
    return why.empty() && player_.back() ? std::string(kBack) : why;
  }
  bool refuses() {
    const bool back = player_.back() && !driver_.only_looks();
    refused_ = refused_ || back;
    return back;
  }

  Driver& driver_;
  const Player& player_;
  bool refused_ = false;
};

}  // namespace glasspost::viz
