// Starting and ending programs; processor time and memory of processes.
#include "engine/apps/glasspost/bench/child.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/live/tcp.hpp"

namespace glasspost::bench {
namespace {

using std::chrono::milliseconds;

constexpr Duration kLastPatience = std::chrono::seconds(1);
constexpr int kSignalled = 128;
constexpr int kDescriptorsMax = 1'024;  // that we may have opened before

// Waits until the one who made the folder is gone. If the folder is still there then, ends the
// cluster in it and removes it.
[[noreturn]] void guard(const std::string& folder, int other_end) {
  setsid();  // Ctrl-C is not for us
  for (int file = 3; file < kDescriptorsMax; ++file) {
    if (file != other_end) ::close(file);
  }
  char nothing = 0;
  while (::read(other_end, &nothing, 1) < 0) {
  }
  std::error_code ignored;
  if (!std::filesystem::exists(folder, ignored)) _exit(0);
  const std::string run = folder + "/run";
  const pid_t down = std::filesystem::exists(run, ignored) ? fork() : -1;
  if (down == 0) {
    const int nowhere = ::open("/dev/null", O_RDWR);
    dup2(nowhere, STDOUT_FILENO);
    dup2(nowhere, STDERR_FILENO);
    execl("/proc/self/exe", "glasspost", "down", "--dir", run.c_str(), nullptr);
    _exit(kNotInstalled);
  }
  if (down > 0) waitpid(down, nullptr, 0);
  std::filesystem::remove_all(folder, ignored);
  _exit(0);
}

}  // namespace

Result<Folder> Folder::make() {
  std::string name = (std::filesystem::temp_directory_path() / "glasspost-bench-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    return Error{Code::kIo, "no folder can be made in " +
                                std::filesystem::temp_directory_path().string() +
                                "; is the disk full? TMPDIR chooses another place"};
  }
  return Folder(name);
}

Folder::Folder(std::string path) : path_(std::move(path)) {
  int ends[2] = {-1, -1};
  if (pipe2(ends, O_CLOEXEC) != 0) return;
  alive_ = ends[1];
  guardian_ = fork();
  if (guardian_ == 0) guard(path_, ends[0]);
  ::close(ends[0]);
}

Folder::Folder(Folder&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      guardian_(std::exchange(other.guardian_, 0)),
      alive_(std::exchange(other.alive_, -1)) {}

Folder::~Folder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  if (alive_ >= 0) ::close(alive_);
  if (guardian_ > 0) waitpid(guardian_, nullptr, 0);
}

Result<Child> Child::start(const std::vector<std::string>& words, const std::string& output,
                           int last_signal) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const std::string& word : words)
    arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return Error{Code::kIo, "cannot start " + words.front()};
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, last_signal);
    if (getppid() != parent) _exit(1);
    const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(file, STDOUT_FILENO);
    dup2(file, STDERR_FILENO);
    execvp(arguments.front(), arguments.data());
    _exit(kNotInstalled);
  }
  return Child(pid);
}

Child::Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}

Child::~Child() {
  end(kLastPatience);
}

void Child::end(Duration patience) {
  if (pid_ == 0) return;
  kill(pid_, SIGTERM);
  if (wait(patience)) return;
  kill(pid_, SIGKILL);
  waitpid(std::exchange(pid_, 0), nullptr, 0);
}

std::optional<int> Child::wait(Duration patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (int status = 0; pid_ != 0; std::this_thread::sleep_for(milliseconds(10))) {
    if (waitpid(pid_, &status, WNOHANG) != 0) {
      pid_ = 0;
      return WIFEXITED(status) ? WEXITSTATUS(status) : kSignalled + WTERMSIG(status);
    }
    if (std::chrono::steady_clock::now() >= until) break;
  }
  return std::nullopt;
}

bool Child::runs() const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

std::uint16_t free_port() {
  const Result<tcp::Socket> socket = tcp::listen("127.0.0.1", 0);
  return socket ? tcp::local_port(*socket) : std::uint16_t{0};
}

Status wait_for_port(std::uint16_t port) {
  const Result<tcp::Address> address = tcp::resolve("127.0.0.1", port);
  if (!address) return address.error();
  for (int tries = 0; tries < 500; ++tries) {
    const Result<tcp::Socket> socket = tcp::connect(*address);
    if (socket) {
      std::this_thread::sleep_for(milliseconds(10));
      if (tcp::connect_error(*socket).empty()) return ok();
    }
    std::this_thread::sleep_for(milliseconds(10));
  }
  return Error{Code::kUnavailable, "nothing listens on port " + std::to_string(port)};
}

Duration cpu_of(const std::vector<pid_t>& pids) {
  std::int64_t us = 0;
  for (pid_t pid : pids) {
    clockid_t clock{};
    timespec used{};
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) continue;
    us += std::int64_t{used.tv_sec} * 1'000'000 + used.tv_nsec / 1'000;
  }
  return Duration(us);
}

std::uint64_t resident_of(const std::vector<pid_t>& pids) {
  std::uint64_t pages = 0;
  for (pid_t pid : pids) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    if (file >> all >> resident) pages += resident;
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Duration own_cpu() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return Duration(std::int64_t{used.tv_sec} * 1'000'000 + used.tv_nsec / 1'000);
}

}  // namespace glasspost::bench
