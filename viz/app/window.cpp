// GLFW, OpenGL and the two backends of ImGui live here and in textures.cpp, nowhere else.
#include "viz/app/window.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <dlfcn.h>
#include <imgui.h>
#include <stb_image_write.h>
#include <unistd.h>

#include "viz/app/keys.hpp"
#include "viz/widgets/backdrop.hpp"
#include "viz/widgets/fonts.hpp"
#include "viz/widgets/look.hpp"

namespace glasspost::viz {
namespace {

std::string g_glfw_error;

void keep_error(int, const char* description) {
  g_glfw_error = description;
}

constexpr int kDisplayGone = 3;  // exit code

// Xlib ends the program when its server is gone; whoever it calls then must not come back.
int display_gone(void*) {
  constexpr std::string_view kWords =
      "glasspost-viz: the display went away, and the window with it; the cluster goes on: start "
      "glasspost-viz again when there is a display\n";
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kWords.data(), kWords.size());
  _exit(kDisplayGone);
}

// GLFW has loaded Xlib, if this is an X display at all; the console itself does not know it.
void watch_display() {
  using Handler = int (*)(void*);
  using Set = Handler (*)(Handler);
  void* found = dlsym(RTLD_DEFAULT, "XSetIOErrorHandler");
  if (found != nullptr) reinterpret_cast<Set>(found)(display_gone);
}

void clear(ImU32 colour) {
  const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
  glClearColor(c.x, c.y, c.z, 1);
  glClear(GL_COLOR_BUFFER_BIT);
}

void clear_grounds(const Grounds& grounds, int window_height) {
  glDisable(GL_SCISSOR_TEST);
  clear(grounds.all);
  glEnable(GL_SCISSOR_TEST);
  for (const auto& [rect, colour] : grounds.parts) {
    glScissor(static_cast<int>(rect.x), window_height - static_cast<int>(rect.bottom()),
              static_cast<int>(rect.w), static_cast<int>(rect.h));
    clear(colour);
  }
  glDisable(GL_SCISSOR_TEST);
}

}  // namespace

std::unique_ptr<Window> Window::open(const Options& options, std::string& error) {
  std::unique_ptr<Window> window(new Window);
  if (!window->start(options, error)) return nullptr;
  return window;
}

bool Window::start(const Options& options, std::string& error) {
  glfwSetErrorCallback(keep_error);
  if (glfwInit() != GLFW_TRUE) {
    error = "there is no display to open a window on (" + g_glfw_error +
            "): start it in a desktop session, or as xvfb-run -a glasspost-viz";
    return false;
  }
  watch_display();
  glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
  glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
  glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
  glfwWindowHint(GLFW_OPENGL_FORWARD_COMPAT, GLFW_TRUE);
  handle_ = glfwCreateWindow(options.width, options.height, "Glasspost", nullptr, nullptr);
  if (handle_ == nullptr) {
    error = "OpenGL 3.3 is not to be had here (" + g_glfw_error +
            "): install libgl1-mesa-dri, or set LIBGL_ALWAYS_SOFTWARE=1";
    return false;
  }
  glfwSetWindowSizeLimits(handle_, 320, 240, GLFW_DONT_CARE, GLFW_DONT_CARE);
  glfwMakeContextCurrent(handle_);
  glfwSwapInterval(options.shot.empty() ? 1 : 0);
  IMGUI_CHECKVERSION();
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigFlags |= ImGuiConfigFlags_NavEnableKeyboard;
  imgui_ = true;
  watch_keys(handle_);
  if (!ImGui_ImplGlfw_InitForOpenGL(handle_, true) ||
      !ImGui_ImplOpenGL3_Init("#version 330 core")) {
    error =
        "the driver offers OpenGL 3.3 but does not compile its shaders: set "
        "LIBGL_ALWAYS_SOFTWARE=1";
    return false;
  }
  return true;
}

Window::~Window() {
  if (imgui_) {
    if (ImGui::GetIO().BackendRendererUserData != nullptr) ImGui_ImplOpenGL3_Shutdown();
    if (ImGui::GetIO().BackendPlatformUserData != nullptr) ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext();
  }
  if (handle_ != nullptr) glfwDestroyWindow(handle_);
  glfwTerminate();
}

bool Window::wants_to_close() const {
  return glfwWindowShouldClose(handle_) == GLFW_TRUE;
}
void Window::close() {
  glfwSetWindowShouldClose(handle_, GLFW_TRUE);
}

bool Window::begin_frame(double patience, std::string& error) {
  if (patience > 0) {
    glfwWaitEventsTimeout(patience);
  } else {
    glfwPollEvents();
  }
  if (fonts_stale()) {
    const bool again = font_report().builds > 0;
    if (again) ImGui_ImplOpenGL3_DestroyFontsTexture();
    if (!build_fonts(error)) return false;
    if (again) ImGui_ImplOpenGL3_CreateFontsTexture();
  }
  apply_look();
  ImGui_ImplOpenGL3_NewFrame();  // the first one uploads the atlas
  ImGui_ImplGlfw_NewFrame();
  deliver_keys(handle_);
  ImGui::NewFrame();
  return true;
}

void Window::render() {
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const Grounds grounds = take_grounds({0, 0, size.x, size.y}, theme().bg);
  ImGui::Render();
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(handle_, &width, &height);
  glViewport(0, 0, width, height);
  clear_grounds(grounds, height);
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
}

void Window::show() {
  glfwSwapBuffers(handle_);
}

bool Window::write_png(const std::string& path) const {
  int width = 0;
  int height = 0;
  glfwGetFramebufferSize(handle_, &width, &height);
  constexpr int kChannels = 3;
  const auto stride = static_cast<std::size_t>(width) * kChannels;
  std::vector<unsigned char> pixels(stride * static_cast<std::size_t>(height));
  glFinish();
  glPixelStorei(GL_PACK_ALIGNMENT, 1);
  glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE, pixels.data());
  // OpenGL's first row is the lowest: begin with the last one and step back.
  const unsigned char* top = pixels.data() + stride * static_cast<std::size_t>(height - 1);
  return stbi_write_png(path.c_str(), width, height, kChannels, top, -static_cast<int>(stride)) !=
         0;
}

}  // namespace glasspost::viz
