// Keys by the names that actions use: "K", "F1", "Ctrl P", "Shift F5", "Space", "Escape".
#pragma once

#include <string>
#include <vector>

namespace glasspost::viz {

// Pressed in this frame. While text is being typed only those that type nothing.
[[nodiscard]] std::vector<std::string> pressed_keys();

}  // namespace glasspost::viz
