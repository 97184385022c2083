// Who speaks on a link between processes: the routing id of its DEALER, "<node>.<boot>".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/ids.hpp"

namespace glasspost {

// One life of one process.
struct Speaker {
  NodeId node;
  BootId boot;
};

std::string routing_id_of(const Speaker& speaker);

// The speaker whose routing id this is, or nothing: each has one, written in one way.
std::optional<Speaker> speaker_of(std::string_view routing_id);

}  // namespace glasspost
