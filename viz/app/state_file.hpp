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

  // Once a frame.
  void tell(Shell& shell, const Session& session, double seconds);

 private:
  std::string path_;
  std::string told_;
  double waited_ = 1;
};

}  // namespace glasspost::viz
