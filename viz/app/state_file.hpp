// How the console stands, as JSON in a file that is always whole: for scripts and tests, which can
// press keys but not look. Written when something has changed, at most some ten times a second.
#pragma once

#include <string>

#include "viz/app/session.hpp"
#include "viz/app/shell.hpp"

namespace glasspost::viz {

class StateFile {
 public:
  // An empty path: nothing is written.
  explicit StateFile(std::string path) : path_(std::move(path)) {}

  // Whether the file can be written; false with a sentence in `error`.
  [[nodiscard]] bool check(std::string& error) const;
  // Once a frame. False with a sentence in `error` when it could not be written.
  [[nodiscard]] bool tell(Shell& shell, const Session& session, double seconds, std::string& error);

 private:
  [[nodiscard]] bool write(const std::string& words, std::string& error) const;

  std::string path_;
  std::string told_;
  double waited_ = 1;
};

}  // namespace glasspost::viz
