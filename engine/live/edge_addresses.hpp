// What the edge remembers about the addresses its connections come from: which of them are half
// open, and how long the next violator of an address is kept waiting. Without sockets and clocks,
// and bounded whatever strangers do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/base/time.hpp"

namespace glasspost {

class EdgeConnection;

class EdgeAddresses {
 public:
  EdgeAddresses(unsigned half_open_max, Duration penalty_first, Duration penalty_max);

  // A place for one stranger, or for one violator who is kept waiting; false if none is free.
  bool take_place(std::uint64_t address, EdgeConnection* holder);
  void give_back_place(std::uint64_t address, EdgeConnection* holder, Time now);
  // Who holds the places of an address, in no order. Valid until the next call.
  std::span<EdgeConnection* const> holders(std::uint64_t address) const;

  // Notes a violation; returns until when the violator has to wait. The wait doubles with every
  // violation, and one doubling is forgiven for each penalty_max without one.
  Time violation(std::uint64_t address, Time now);

  std::size_t size() const { return records_.size(); }

 private:
  struct Record {
    std::vector<EdgeConnection*> holders;
    unsigned doublings = 0;  // 0: no violation, 1: penalty_first, 2: twice that, ...
    Time last_violation;
  };

  unsigned doublings_left(const Record& record, Time now) const;
  bool make_room(Time now);

  std::unordered_map<std::uint64_t, Record> records_;
  Time next_sweep_;
  unsigned half_open_max_;
  Duration penalty_first_;
  Duration penalty_max_;
};

}  // namespace glasspost
