// A user's numbers in a virtual world: what `glasspost seq show` asks of a live one.
#pragma once

#include "engine/core/numbers.hpp"
#include "engine/virtual/world.hpp"

namespace glasspost {

// What the allocator of the user's section decides by, where the world stands now. One that is down
// or frozen is silent. REQUIRES: the user has a section.
NumberView look_at_numbers(const World& world, UserId user);

}  // namespace glasspost
