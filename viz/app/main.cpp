// glasspost-viz, the console. Contents:
//   options   the command line              window    GLFW, OpenGL, the font atlas, screenshots
//   frame     the loop and its idle policy  shell     status bar, workspaces, overlays, keys
//   workspace which views are where         keys      their names, none lost
//   sheet     the style sheet (--sheet)     textures  pictures of many cells
// Exit codes: 0 fine, 2 wrong use, or no display, no OpenGL, no font.
#include <iostream>
#include <memory>
#include <string>

#include "viz/app/frame.hpp"
#include "viz/app/options.hpp"
#include "viz/app/sheet.hpp"
#include "viz/app/shell.hpp"
#include "viz/app/window.hpp"
#include "viz/widgets/font_files.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

int console(const Options& options) {
  set_theme(options.theme);
  set_scale(options.scale);
  set_language(options.language);
  use_fallback_fonts_only(options.fallback_fonts);
  std::string error;
  const std::unique_ptr<Window> window = Window::open(options, error);
  if (window == nullptr) {
    std::cerr << "glasspost-viz: " << error << '\n';
    return 2;
  }
  Shell shell;
  const auto empty = [](const char* id, Str title, const char* key) {
    return std::make_unique<GridWorkspace>(
        id, [title] { return std::string(tr(title)); }, key);
  };
  shell.add(empty("lab", Str::kLab, "F2"));
  shell.add(empty("present", Str::kPresent, "F3"));
  if (options.sheet) {
    shell.add(std::make_unique<SheetWorkspace>());
    shell.show("sheet");
  }
  shell.register_actions();
  return run_frames(*window, shell, options, {});
}

}  // namespace
}  // namespace glasspost::viz

int main(int argc, char** argv) {
  glasspost::viz::Options options;
  const glasspost::viz::ParseEnd parsed = glasspost::viz::parse_options(argc, argv, options);
  return parsed.end ? parsed.code : glasspost::viz::console(options);
}
