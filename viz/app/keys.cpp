// GLFW's key numbers, as its backend hands them to ImGui.
#include "viz/app/keys.hpp"

#include <array>
#include <utility>

#include <GLFW/glfw3.h>
#include <imgui.h>

#include "viz/widgets/controls.hpp"

namespace glasspost::viz {
namespace {

struct Named {
  int key;
  const char* name;
};
constexpr std::array kNamed{Named{GLFW_KEY_SPACE, "Space"},
                            Named{GLFW_KEY_ESCAPE, "Escape"},
                            Named{GLFW_KEY_ENTER, "Enter"},
                            Named{GLFW_KEY_LEFT, "Left"},
                            Named{GLFW_KEY_RIGHT, "Right"},
                            Named{GLFW_KEY_UP, "Up"},
                            Named{GLFW_KEY_DOWN, "Down"},
                            Named{GLFW_KEY_HOME, "Home"},
                            Named{GLFW_KEY_END, "End"},
                            Named{GLFW_KEY_PAGE_UP, "Page Up"},
                            Named{GLFW_KEY_PAGE_DOWN, "Page Down"},
                            Named{GLFW_KEY_DELETE, "Delete"},
                            Named{GLFW_KEY_EQUAL, "+"},
                            Named{GLFW_KEY_KP_ADD, "+"},
                            Named{GLFW_KEY_MINUS, "-"},
                            Named{GLFW_KEY_KP_SUBTRACT, "-"},
                            Named{GLFW_KEY_COMMA, ","},
                            Named{GLFW_KEY_PERIOD, "."},
                            Named{GLFW_KEY_SLASH, "/"},
                            Named{GLFW_KEY_LEFT_BRACKET, "["},
                            Named{GLFW_KEY_RIGHT_BRACKET, "]"}};

// Keys that move the keyboard among controls or press one, while the ring shows.
bool for_controls(int key) {
  return key == GLFW_KEY_SPACE || key == GLFW_KEY_ENTER ||
         (key >= GLFW_KEY_RIGHT && key <= GLFW_KEY_UP);
}

}  // namespace

std::vector<std::string> pressed_keys() {
  const ImGuiIO& io = ImGui::GetIO();
  const bool typing = io.WantTextInput;
  const bool walking = keyboard_walks();
  std::string before;
  if (io.KeyCtrl) before += "Ctrl ";
  if (io.KeyAlt) before += "Alt ";
  if (io.KeyShift) before += "Shift ";
  std::vector<std::string> pressed;
  const auto look = [&](int key, std::string name, bool types) {
    if (typing && types && !io.KeyCtrl && !io.KeyAlt) return;
    if (walking && for_controls(key) && before.empty()) return;
    if (ImGui::IsKeyPressed(key)) pressed.push_back(before + std::move(name));
  };
  for (int key = GLFW_KEY_A; key <= GLFW_KEY_Z; ++key) {
    look(key, std::string(1, static_cast<char>(key)), true);
  }
  for (int key = GLFW_KEY_0; key <= GLFW_KEY_9; ++key) {
    look(key, std::string(1, static_cast<char>(key)), true);
  }
  for (int key = GLFW_KEY_F1; key <= GLFW_KEY_F12; ++key) {
    look(key, "F" + std::to_string(key - GLFW_KEY_F1 + 1), false);
  }
  for (const Named& named : kNamed)
    look(named.key, named.name, named.key != GLFW_KEY_ESCAPE);
  return pressed;
}

}  // namespace glasspost::viz
