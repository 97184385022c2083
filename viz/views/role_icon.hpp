// Which icon stands for which role.
#pragma once

#include <cstdint>

#include "viz/widgets/icons.hpp"

namespace glasspost::viz {

// `fact_role`: a role as facts name it (kind << 24 | number).
[[nodiscard]] IconId icon_of_role(std::uint32_t fact_role);

}  // namespace glasspost::viz
