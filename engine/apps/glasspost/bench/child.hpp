// Programs that a benchmark starts and ends again, and what their processors cost. A benchmark
// leaves no process and no file behind, whatever ends it.
#pragma once

#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "engine/base/result.hpp"
#include "engine/base/time.hpp"

namespace glasspost::bench {

// A folder of its own under the system's temporary folder; removed with everything in it. However
// this program ends, also by a signal, somebody is left who ends the cluster in `run` and removes
// the folder.
class Folder {
 public:
  static Result<Folder> make();
  Folder(Folder&& other) noexcept;
  Folder& operator=(Folder&&) = delete;
  ~Folder();

  const std::string& path() const { return path_; }

 private:
  explicit Folder(std::string path);
  std::string path_;
  pid_t guardian_ = 0;
  int alive_ = -1;  // closed when we end: then the guardian acts
};

constexpr int kNotInstalled = 127;  // exit code

// A program that ends with us.
class Child {
 public:
  // `words` begins with the program, looked for in PATH. Its output goes to a file. It gets
  // `last_signal` if we end without a word: a program that has to tidy up wants SIGTERM. A program
  // that is not installed ends with kNotInstalled.
  static Result<Child> start(const std::vector<std::string>& words, const std::string& output,
                             int last_signal = SIGKILL);
  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();  // asks it to end, waits a second, kills it

  pid_t pid() const { return pid_; }
  bool runs() const;
  // Its exit code, once it has ended by itself; 128 and more: by a signal. None: it still runs when
  // the time is over.
  std::optional<int> wait(Duration patience);
  // Asks it to end and waits; kills it when the time is over.
  void end(Duration patience);

 private:
  explicit Child(pid_t pid) : pid_(pid) {}
  pid_t pid_ = 0;
};

// A port of this machine that was free a moment ago.
std::uint16_t free_port();

// Waits until something listens there. Errors: kUnavailable after ten seconds.
Status wait_for_port(std::uint16_t port);

// Processor time that these processes have used so far, user and system, all threads.
Duration cpu_of(const std::vector<pid_t>& pids);

// Of this process.
Duration own_cpu();

// Their resident memory now, in bytes.
std::uint64_t resident_of(const std::vector<pid_t>& pids);

}  // namespace glasspost::bench
