// Keys by the names that actions use: "K", "F1", "Ctrl P", "Shift F5", "Space", "Escape".
#pragma once

#include <string>
#include <vector>

struct GLFWwindow;

namespace glasspost::viz {

// Watches the keys of this window; before ImGui's backend is installed, which calls us, too.
void watch_keys(GLFWwindow* window);
// Before ImGui's frame: a key that went down and up between two frames still counts as pressed.
void deliver_keys(GLFWwindow* window);

// Pressed in this frame. While text is being typed only those that type nothing.
[[nodiscard]] std::vector<std::string> pressed_keys();

}  // namespace glasspost::viz
