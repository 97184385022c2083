// Routing ids: one for each life, written in one way.
#include "engine/live/speaker.hpp"

#include <doctest/doctest.h>

namespace glasspost {

TEST_CASE("a routing id names a process and its life") {
  CHECK(routing_id_of({NodeId{7}, BootId{1'700}}) == "7.1700");
  const auto speaker = speaker_of("7.1700");
  REQUIRE(speaker.has_value());
  CHECK(speaker->node == NodeId{7});
  CHECK(speaker->boot == BootId{1'700});
}

// Found by frame_fuzz: with zeros in front libzmq takes it for another peer, and we took it for the
// same.
TEST_CASE("a life has no second routing id") {
  CHECK_FALSE(speaker_of("07.1700"));
  CHECK_FALSE(speaker_of("7.01700"));
  CHECK(speaker_of("0.0").has_value());
  CHECK_FALSE(speaker_of("00.0"));
}

TEST_CASE("other names are no routing ids") {
  for (const char* name : {"", ".", "7", "7.", ".1", "7.1.", "-7.1", "+7.1", "65536.1",
                           "7.18446744073709551616", " 7.1", "7.1 "}) {
    INFO(name);
    CHECK_FALSE(speaker_of(name));
  }
}

}  // namespace glasspost
