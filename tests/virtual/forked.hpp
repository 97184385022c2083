// Runs one virtual run in a child process: where the product is broken on purpose, an assert ends
// the child and not the test.
#pragma once

#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/virtual/run.hpp"

namespace glasspost::tests {

// What became of the child.
struct Forked {
  bool died = false;     // an assert or a crash ended it; then nothing else is known
  std::string trouble;   // a role's broken invariant; empty if none
  int promise = 0;       // the first broken promise; 0 if none is
  std::string sentence;  // why
};

// The child's whole life: run, say what came of it, and leave no trace of this test program.
[[noreturn]] inline void run_and_tell(const Scenario& scenario, const FaultPlan& plan, int pipe) {
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL})
    std::signal(signal, SIG_DFL);
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  dup2(nowhere, STDERR_FILENO);  // the assert's words are expected here
  const RunReport report = run_plan(scenario, plan);
  std::string told = report.trouble + "\n";
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.outcome != Outcome::kBroken) continue;
    told += std::to_string(verdict.promise) + "\n" + verdict.reason;
    break;
  }
  const auto written = write(pipe, told.data(), told.size());  // far below what a pipe holds
  _exit(written == static_cast<ssize_t>(told.size()) ? 0 : 1);
}

inline std::string read_all(int pipe) {
  std::string all;
  char buffer[4096];
  for (ssize_t got = 0; (got = read(pipe, buffer, sizeof buffer)) > 0;)
    all.append(buffer, static_cast<std::size_t>(got));
  return all;
}

// Runs the scenario in a child and waits for it.
inline Forked run_forked(const Scenario& scenario, const FaultPlan& plan) {
  int ends[2];
  if (pipe(ends) != 0) std::abort();
  const pid_t child = fork();
  if (child < 0) std::abort();
  if (child == 0) run_and_tell(scenario, plan, ends[1]);
  close(ends[1]);
  const std::string told = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  if (waitpid(child, &status, 0) != child) std::abort();
  Forked forked;
  forked.died = !WIFEXITED(status) || WEXITSTATUS(status) != 0;
  if (forked.died) return forked;
  const std::size_t first = told.find('\n');
  const std::size_t second = told.find('\n', first + 1);
  forked.trouble = told.substr(0, first);
  if (second == std::string::npos) return forked;
  forked.promise = std::atoi(told.c_str() + first + 1);
  forked.sentence = told.substr(second + 1);
  return forked;
}

// A seed as its profile says.
inline Forked run_seed_forked(std::uint64_t seed, FaultProfile profile, Duration length) {
  const Scenario scenario = make_scenario(seed, profile, length);
  return run_forked(scenario, make_plan(scenario));
}

// What every run of the product as it is must show.
inline void check_holds(std::uint64_t seed, const Forked& run) {
  INFO("seed " << seed << ": " << run.trouble << run.sentence);
  CHECK_FALSE(run.died);
  CHECK(run.trouble.empty());
  CHECK(run.promise == 0);
}

}  // namespace glasspost::tests
