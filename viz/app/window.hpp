// The window: GLFW, an OpenGL 3.3 core context and Dear ImGui on top. Opening can fail for plain
// reasons (no display, no OpenGL); each is one sentence with the way out.
#pragma once

#include <memory>
#include <string>

#include "viz/app/options.hpp"

struct GLFWwindow;

namespace glasspost::viz {

class Window {
 public:
  // Null with a sentence in `error` when it cannot be.
  static std::unique_ptr<Window> open(const Options& options, std::string& error);
  ~Window();
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;

  [[nodiscard]] GLFWwindow* handle() const { return handle_; }
  [[nodiscard]] bool wants_to_close() const;
  void close();

  // Begins a frame: waits for input at most `patience` seconds (0: not at all), bakes fonts again
  // when they are stale, starts ImGui's frame. False with a sentence when fonts cannot be baked.
  bool begin_frame(double patience, std::string& error);
  // Clears the grounds, renders what was drawn. show() makes it visible.
  void render();
  void show();
  // The rendered frame as a PNG; before show(). False when the file cannot be written.
  [[nodiscard]] bool write_png(const std::string& path) const;

 private:
  Window() = default;
  bool start(const Options& options, std::string& error);

  GLFWwindow* handle_ = nullptr;
  bool imgui_ = false;
};

}  // namespace glasspost::viz
