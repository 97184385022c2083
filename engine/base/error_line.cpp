// Past stdio: a stream would keep what could not be written, and fmt::print throws.
#include "engine/base/error_line.hpp"

#include <string>

#include <unistd.h>

#include "engine/base/text.hpp"

namespace glasspost {

void write_error_line(std::string_view sentence) {
  const std::string line = escape_controls(sentence) + "\n";
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t wrote = ::write(STDERR_FILENO, line.data() + done, line.size() - done);
    if (wrote <= 0) return;
    done += static_cast<std::size_t>(wrote);
  }
}

}  // namespace glasspost
