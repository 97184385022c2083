// Sentences on standard error reach a pipe as one safe line, and a log that has no room ends no
// process. Counted words.
#include "engine/base/error_line.hpp"

#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include "engine/base/counted.hpp"

namespace glasspost {
namespace {

// Standard error is `file` while this lives.
class ErrorsTo {
 public:
  explicit ErrorsTo(int file) : before_(::dup(STDERR_FILENO)) { ::dup2(file, STDERR_FILENO); }
  ~ErrorsTo() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  ErrorsTo(const ErrorsTo&) = delete;
  ErrorsTo& operator=(const ErrorsTo&) = delete;

 private:
  int before_;
};

TEST_CASE("an error line is one line, and nothing in it moves a cursor") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  {
    const ErrorsTo pipe(ends[1]);
    write_error_line("cannot open \x1b[31mred\nblue");
  }
  char buffer[100];
  const ssize_t got = ::read(ends[0], buffer, sizeof(buffer));
  ::close(ends[0]);
  ::close(ends[1]);
  REQUIRE(got > 0);
  CHECK(std::string(buffer, static_cast<std::size_t>(got)) == "cannot open \\x1b[31mred\\nblue\n");
}

TEST_CASE("an error line for which there is no room is not said") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  const ErrorsTo nowhere(full);
  ::close(full);
  CHECK_NOTHROW(write_error_line("the disk is full"));
}

TEST_CASE("one of a thing has no s") {
  CHECK(counted(0, "seed") == "0 seeds");
  CHECK(counted(1, "seed") == "1 seed");
  CHECK(counted(2, "virtual second") == "2 virtual seconds");
}

}  // namespace
}  // namespace glasspost
