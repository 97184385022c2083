// Where one asks why a user's next number will be what it will be. The allocator of the user's
// section is asked, as `glasspost seq show` does; facts do not tell all that it decides by.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "engine/base/ids.hpp"
#include "engine/core/config.hpp"

namespace glasspost::viz {

// Somebody to ask about.
struct Numbered {
  UserId user;
  std::string name;
};

class NumberDesk {
 public:
  virtual ~NumberDesk() = default;

  // Can nobody be asked here, at whatever instant?
  virtual bool closed() const { return false; }
  // Users of a section of numbers, at most so many: those with a name first, then by number.
  virtual std::vector<Numbered> users_of(SectionId section, std::size_t most) const = 0;
  // From now on this one is asked about, again and again; 0: nobody is.
  virtual void ask(UserId user) = 0;
  // What the allocator says now; empty until it has been heard. One to three sentences.
  virtual std::string sentence() const = 0;
};

// The users of a section of numbers, as users_of() gives them.
std::vector<Numbered> numbered_users(const Config& config,
                                     const std::map<UserId, std::string>& names, SectionId section,
                                     std::size_t most);

// Of a recording: it holds facts, and no allocator.
class ClosedNumberDesk final : public NumberDesk {
 public:
  bool closed() const override { return true; }
  std::vector<Numbered> users_of(SectionId, std::size_t) const override { return {}; }
  void ask(UserId) override {}
  std::string sentence() const override { return {}; }
};

}  // namespace glasspost::viz
