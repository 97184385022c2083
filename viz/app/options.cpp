// CLI11 does the parsing; wrong use ends with code 2, as in every program of the house.
#include "viz/app/options.hpp"

#include <map>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "engine/base/error_line.hpp"
#include "engine/base/version.hpp"

namespace glasspost::viz {

// Like CLI::Range, which lets "nan" pass.
static CLI::Validator within(double least, double most) {
  const std::string range = fmt::format("{:g} to {:g}", least, most);
  return CLI::Validator(
      [least, most, range](std::string& word) {
        double value = 0;
        const bool fits = CLI::detail::lexical_cast(word, value) && value >= least && value <= most;
        return fits ? std::string() : fmt::format("'{}' is not in the range {}", word, range);
      },
      range);
}

// What only a virtual world has is refused without one.
static void add_sim_options(CLI::App& app, Options& options) {
  app.add_flag("--sim", options.sim, "a virtual world, computed here")->excludes("--replay");
  app.add_option("--seed", options.seed, "of the virtual world")
      ->check(CLI::Validator(
          [](std::string& word) {
            return word.starts_with('-') ? std::string("a seed is 0 or more") : std::string();
          },
          "NUMBER"))
      ->needs("--sim");
  app.add_flag("--hostile", options.hostile, "with the faults that the seed draws")->needs("--sim");
  app.add_option("--placement", options.placement, "of the virtual world: split or merged")
      ->check(CLI::IsMember({"split", "merged"}))
      ->needs("--sim");
}

ParseEnd parse_options(int argc, char** argv, Options& options) {
  CLI::App app{"glasspost-viz, the console: look at a cluster, a recording or a simulation"};
  app.set_version_flag("--version", "glasspost-viz " + std::string(version()));
  app.footer(
      "Examples:\n  glasspost-viz                      the cluster in the usual folder\n"
      "  glasspost-viz --replay run.gpr     a recording\n"
      "  glasspost-viz --sim --seed 7 --hostile");
  static const std::map<std::string, ThemeName> themes{{"dark", ThemeName::kDark},
                                                       {"light", ThemeName::kLight},
                                                       {"projector", ThemeName::kProjector}};
  static const std::map<std::string, Language> languages{{"en", Language::kEnglish},
                                                         {"zh", Language::kChinese}};
  app.add_option("--width", options.width, "of the window, in pixels")
      ->check(CLI::Range(320, 7680));
  app.add_option("--height", options.height, "of the window")->check(CLI::Range(240, 4320));
  app.add_option("--scale", options.scale, "of text and everything else, 0.75 to 3")
      ->check(within(0.75, 3.0));
  // CLI11 would print an enumeration as the characters of its numbers.
  app.add_option_function<std::string>(
         "--theme", [&options](const std::string& word) { options.theme = themes.at(word); },
         "dark, light or projector")
      ->check(CLI::IsMember({"dark", "light", "projector"}))
      ->type_name("WORD");
  app.add_option_function<std::string>(
         "--lang", [&options](const std::string& word) { options.language = languages.at(word); },
         "en or zh")
      ->check(CLI::IsMember({"en", "zh"}))
      ->type_name("WORD");
  app.add_option("--dir", options.directory, "the run directory of a cluster");
  app.add_option("--replay", options.replay, "a recording to look at");
  app.add_option("--as-live", options.as_live,
                 "with --replay: the last so many seconds come at their own pace; then it ends, "
                 "and --json tells what frames cost, without the first second")
      ->check(within(0.1, 86'400.0))
      ->needs("--replay");
  add_sim_options(app, options);
  app.add_option("--workspace", options.workspace, "explore, phones or ledger")
      ->check(CLI::IsMember({"explore", "phones", "ledger"}))
      ->type_name("WORD");
  app.add_flag("--tour", options.tour, "begin with the captioned tour of one minute");
  app.add_option("--seconds", options.seconds, "end after so many seconds, 0.1 to 86400")
      ->check(within(0.1, 86'400.0));
  app.add_flag("--summary", options.summary, "say at the end what was seen");
  app.add_option("--shot", options.shot, "write a PNG after --frames frames and end");
  app.add_option("--frames", options.frames, "frames before the shot")
      ->check(CLI::Range(1, 100000));
  app.add_option("--state", options.state, "keep how the console stands in this file, as JSON");
  app.add_flag("--sheet", options.sheet, "show the style sheet: colours, states, icons, controls");
  app.add_flag("--json", options.json, "at the end print a report: frames, cut texts, fonts");
  app.add_flag("--fallback-fonts", options.fallback_fonts,
               "draw as if only the DejaVu fonts were installed");
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {  // for help, or for the version
    return {true, app.exit(asked)};
  } catch (const CLI::ParseError& wrong) {
    write_error_line(std::string("glasspost-viz: ") + wrong.what() + "; --help lists the options");
    return {true, 2};
  }
  return {};
}

}  // namespace glasspost::viz
