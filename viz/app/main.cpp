// glasspost-viz, the console. Contents:
//   options   the command line              window    GLFW, OpenGL, the font atlas, screenshots
//   frame     the loop and its idle policy  shell     status bar, workspaces, overlays, keys
//   workspace which views are where         keys      their names, none lost
//   frame_costs  what frames cost, for bench console
//   sheet     the style sheet (--sheet)     textures  pictures of many cells
//   session   facts, film, driver, phones   steward   the word with the supervisor
//   stage_setup  the views on their places  guide     the captioned tour
// Exit codes: 0 fine, 2 wrong use, or no display, no OpenGL, no font, 3 the display went away.
#include <memory>
#include <string>

#include "engine/base/error_line.hpp"
#include "viz/app/frame.hpp"
#include "viz/app/guide.hpp"
#include "viz/app/options.hpp"
#include "viz/app/session.hpp"
#include "viz/app/sheet.hpp"
#include "viz/app/shell.hpp"
#include "viz/app/stage_setup.hpp"
#include "viz/app/state_file.hpp"
#include "viz/app/summary.hpp"
#include "viz/app/window.hpp"
#include "viz/widgets/font_files.hpp"
#include "viz/widgets/strings.hpp"
#include "viz/widgets/theme.hpp"

namespace glasspost::viz {
namespace {

int refuse(const std::string& sentence) {
  write_error_line("glasspost-viz: " + sentence);
  return 2;
}

int console(const Options& options) {
  set_theme(options.theme);
  set_scale(options.scale);
  set_language(options.language);
  use_fallback_fonts_only(options.fallback_fonts);
  std::string error;
  StateFile state(options.state);
  if (!state.check(error)) return refuse(error);
  const std::unique_ptr<Window> window = Window::open(options, error);
  if (window == nullptr) return refuse(error);
  Shell shell;
  FrameCosts costs;
  if (options.sheet) {
    shell.add(std::make_unique<SheetWorkspace>());
    shell.show("sheet");
    shell.register_actions();
    return run_frames(*window, shell, options, costs, {});
  }
  const std::unique_ptr<Session> session = open_session(options, error);
  if (session == nullptr) return refuse(error);
  set_the_stage(shell, *session);
  if (!options.workspace.empty()) shell.show(options.workspace);
  shell.register_actions();
  Guide guide(*session, options.tour);
  std::string untold;  // why the state could not be written
  const int code = run_frames(*window, shell, options, costs, [&](Shell& here, double seconds) {
    const bool began = session->began();
    const bool changed = session->feed(seconds);
    if (session->began() != began) costs.restart();
    if (session->over()) here.close();
    if (!state.tell(here, *session, seconds, untold)) here.close();
    tell_status(here.status(), *session);
    return guide.lead(here, seconds) || changed;
  });
  if (!untold.empty()) return refuse(untold);
  if (options.summary && code == 0) print_summary(*session, guide.told());
  return code;
}

}  // namespace
}  // namespace glasspost::viz

int main(int argc, char** argv) {
  glasspost::viz::Options options;
  const glasspost::viz::ParseEnd parsed = glasspost::viz::parse_options(argc, argv, options);
  return parsed.end ? parsed.code : glasspost::viz::console(options);
}
