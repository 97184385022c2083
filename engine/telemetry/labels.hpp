// Labels and facts as they travel: on the hub's socket and at the head of a recording.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "glasspost/v1/telemetry.pb.h"

#include "engine/telemetry/fact_source.hpp"

namespace glasspost {

v1::Labels to_proto(const RunLabels& labels);
// Bad numbers (a node above 65,535, ...) are left out.
RunLabels from_proto(const v1::Labels& labels);

// Whole records, one after the other.
void append_facts(std::string& bytes, const Fact* first, std::size_t count);
// Errors: kCorruption if the bytes are no whole records.
Status read_facts(std::string_view bytes, std::vector<Fact>& to);

}  // namespace glasspost
