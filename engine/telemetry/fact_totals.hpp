// What a stream of facts adds up to, for those who only want totals: letters by link and kind, how
// long they were on their way, refusals, losses. Bounded whatever the stream says: roles and kinds
// that this program does not know are one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>

#include "engine/core/address.hpp"
#include "engine/proto/fact.hpp"
#include "engine/telemetry/exposition.hpp"

namespace glasspost {

class FactTotals {
 public:
  void add(std::span<const Fact> facts);

  // Adds the families to a page; counted since this was made.
  void write(Exposition& page) const;

 private:
  struct Letters {
    std::uint64_t count = 0;
    std::uint64_t bytes = 0;
  };
  using Link = std::pair<std::string, std::string>;  // from, to

  void add_cell(const Fact& cell);

  std::map<std::pair<Link, std::string>, Letters> letters_;  // by link and kind
  std::map<Link, BucketCounts> waits_;                       // seconds
  std::map<std::string, std::uint64_t> facts_;               // by kind
  std::map<std::string, std::uint64_t> refusals_;            // by code
  std::uint64_t lost_ = 0;
};

}  // namespace glasspost
