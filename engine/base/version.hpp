// Which version this is, as CMakeLists.txt says.
#pragma once

#include <string_view>

namespace glasspost {

// Like "0.1.0".
std::string_view version();

}  // namespace glasspost
