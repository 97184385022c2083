// ImGui without window and graphics: frames of 1600 x 900 whose drawing nobody renders.
#pragma once

#include <string>

#include <doctest/doctest.h>
#include <imgui.h>

#include "viz/widgets/fonts.hpp"
#include "viz/widgets/look.hpp"

namespace glasspost::viz {

class ImguiFrames {
 public:
  ImguiFrames() {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.DisplaySize = {1600, 900};
    io.DeltaTime = 1.0F / 60;
    io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
    for (int key = 0; key < ImGuiKey_COUNT; ++key)
      io.KeyMap[key] = key;
    std::string error;
    const bool built = build_fonts(error);
    REQUIRE_MESSAGE(built, error);
  }
  ~ImguiFrames() { ImGui::DestroyContext(); }
  ImguiFrames(const ImguiFrames&) = delete;
  ImguiFrames& operator=(const ImguiFrames&) = delete;

  // One frame: `draw` is called within a window that fills the screen.
  template <class Draw>
  void frame(Draw draw) {
    apply_look();
    ImGui::NewFrame();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({1600, 900});
    ImGui::Begin("test", nullptr, ImGuiWindowFlags_NoDecoration);
    draw();
    ImGui::End();
    ImGui::Render();
  }

  // Down in the next frame, up in the one after.
  template <class Draw>
  void press(ImGuiKey key, Draw draw) {
    ImGui::GetIO().KeysDown[key] = true;
    frame(draw);
    ImGui::GetIO().KeysDown[key] = false;
    frame(draw);
  }
  template <class Draw>
  void click(ImVec2 at, Draw draw) {
    ImGui::GetIO().MousePos = at;
    frame(draw);
    ImGui::GetIO().MouseDown[0] = true;
    frame(draw);
    ImGui::GetIO().MouseDown[0] = false;
    frame(draw);
  }
};

}  // namespace glasspost::viz
