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
constexpr std::array kNamed{
    Named{GLFW_KEY_TAB, "Tab"},         Named{GLFW_KEY_SPACE, "Space"},
    Named{GLFW_KEY_ESCAPE, "Escape"},   Named{GLFW_KEY_ENTER, "Enter"},
    Named{GLFW_KEY_LEFT, "Left"},       Named{GLFW_KEY_RIGHT, "Right"},
    Named{GLFW_KEY_UP, "Up"},           Named{GLFW_KEY_DOWN, "Down"},
    Named{GLFW_KEY_HOME, "Home"},       Named{GLFW_KEY_END, "End"},
    Named{GLFW_KEY_PAGE_UP, "Page Up"}, Named{GLFW_KEY_PAGE_DOWN, "Page Down"},
    Named{GLFW_KEY_DELETE, "Delete"},   Named{GLFW_KEY_EQUAL, "+"},
    Named{GLFW_KEY_KP_ADD, "+"},        Named{GLFW_KEY_MINUS, "-"},
    Named{GLFW_KEY_KP_SUBTRACT, "-"},   Named{GLFW_KEY_COMMA, ","},
    Named{GLFW_KEY_PERIOD, "."},        Named{GLFW_KEY_SEMICOLON, ";"},
    Named{GLFW_KEY_SLASH, "/"},         Named{GLFW_KEY_LEFT_BRACKET, "["},
    Named{GLFW_KEY_RIGHT_BRACKET, "]"}};

struct Press {
  int key = 0;
  int mods = 0;
};
std::vector<Press> g_coming;  // since the last frame
std::vector<Press> g_now;     // of this frame

void on_key(GLFWwindow*, int key, int, int action, int mods) {
  if (key >= 0 && action != GLFW_RELEASE) g_coming.push_back({key, mods});
}

// Keys that move the keyboard among controls or press one, while the ring shows.
bool for_controls(int key) {
  return key == GLFW_KEY_SPACE || key == GLFW_KEY_ENTER ||
         (key >= GLFW_KEY_RIGHT && key <= GLFW_KEY_UP);
}

// The name without modifiers; empty when it has none.
std::string name_of(int key) {
  const bool letter = key >= GLFW_KEY_A && key <= GLFW_KEY_Z;
  const bool digit = key >= GLFW_KEY_0 && key <= GLFW_KEY_9;
  if (letter || digit) return std::string(1, static_cast<char>(key));
  if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F12) {
    return "F" + std::to_string(key - GLFW_KEY_F1 + 1);
  }
  for (const Named& named : kNamed) {
    if (named.key == key) return named.name;
  }
  return {};
}

bool types_text(const Press& press) {
  const bool function = press.key >= GLFW_KEY_F1 && press.key <= GLFW_KEY_F12;
  const bool with_control = (press.mods & (GLFW_MOD_CONTROL | GLFW_MOD_ALT)) != 0;
  return !function && !with_control && press.key != GLFW_KEY_ESCAPE && press.key != GLFW_KEY_TAB;
}

}  // namespace

void watch_keys(GLFWwindow* window) {
  glfwSetKeyCallback(window, on_key);
}

void deliver_keys(GLFWwindow* window) {
  ImGuiIO& io = ImGui::GetIO();
  for (const Press& press : g_now) {
    io.KeysDown[press.key] = glfwGetKey(window, press.key) == GLFW_PRESS;
  }
  g_now = std::exchange(g_coming, {});
  for (const Press& press : g_now)
    io.KeysDown[press.key] = true;
}

std::vector<std::string> pressed_keys() {
  const bool typing = ImGui::GetIO().WantTextInput;
  const bool walking = keyboard_walks();
  std::vector<std::string> pressed;
  for (const Press& press : g_now) {
    std::string name = name_of(press.key);
    if (name.empty() || (typing && types_text(press))) continue;
    if (walking && press.mods == 0 && for_controls(press.key)) continue;
    if ((press.mods & GLFW_MOD_SHIFT) != 0) name.insert(0, "Shift ");
    if ((press.mods & GLFW_MOD_ALT) != 0) name.insert(0, "Alt ");
    if ((press.mods & GLFW_MOD_CONTROL) != 0) name.insert(0, "Ctrl ");
    pressed.push_back(std::move(name));
  }
  return pressed;
}

}  // namespace glasspost::viz
