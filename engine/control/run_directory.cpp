// Files of a run directory.
#include "engine/control/run_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/text.hpp"
#include "engine/control/topology.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;

// A unix socket's path has at most 107 bytes; ours end in names like /control.sock.
constexpr std::size_t kPathMax = 90;

// All that Glasspost makes in a run directory, in one place: what is in neither list is somebody
// else's and stays. A file may also be there as NAME.new, not in its place yet. Sockets between
// processes are <number>.ipc.
constexpr const char* kFolders[] = {"data", "log", "tokens", "devices", "port"};
constexpr const char* kFiles[] = {"token.key", "boot",         "lock",     "control.sock",
                                  "hub.sock",  "cluster.toml", "starting", "lives.lock"};

bool is_our_file(const std::string& name) {
  const bool is_new = name.ends_with(".new");
  const std::string base = is_new ? name.substr(0, name.size() - 4) : name;
  if (std::find(std::begin(kFiles), std::end(kFiles), base) != std::end(kFiles)) return true;
  return name.ends_with(".ipc") && parse_u64(name.substr(0, name.size() - 4));
}

bool is_our_folder(const std::string& name) {
  return std::find(std::begin(kFolders), std::end(kFolders), name) != std::end(kFolders);
}

// The names in a folder, in order; none if it cannot be listed.
std::vector<std::string> names_in(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

Error io_error(const std::string& what, const std::string& path) {
  const int code = errno;
  std::string sentence = fmt::format("{} {}: {}", what, path, std::strerror(code));
  if (code == ENOSPC) sentence += "; the disk is full: make room and try again";
  if (code == EACCES) sentence += "; choose another place with --dir";
  return {Code::kIo, sentence};
}

Status make_folder(const std::string& path) {
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    errno = error.value();
    Error failed = io_error("cannot make", path);
    const bool told = error.value() == ENOSPC || error.value() == EACCES;
    if (!told) failed.message += "; choose another place with --dir";
    return failed;
  }
  if (::chmod(path.c_str(), 0700) != 0) return io_error("cannot protect", path);
  return ok();
}

Status write_all(int file, const std::string& text, const std::string& path) {
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    if (wrote < 0) return io_error("cannot write", path);
    done += static_cast<std::size_t>(wrote);
  }
  if (::fsync(file) != 0) return io_error("cannot sync", path);
  return ok();
}

// A name may hold any letter; a file name must not.
std::string safe_name(const std::string& user, unsigned device) {
  std::string safe;
  for (const char letter : user) {
    // Bytes above 0x7f stay: a file name has room for 255, and each escaped one takes three.
    const auto byte = static_cast<unsigned char>(letter);
    const bool plain = byte >= 0x80 || std::isalnum(byte) != 0 || letter == '-';
    safe +=
        plain ? std::string(1, letter) : fmt::format("%{:02x}", static_cast<unsigned char>(letter));
  }
  return safe + "." + std::to_string(device);
}

// The name again.
std::string user_of_file(const std::string& safe) {
  std::string user;
  for (std::size_t at = 0; at < safe.size(); ++at) {
    if (safe[at] != '%' || at + 2 > safe.size() - 1) {
      user += safe[at];
      continue;
    }
    user += static_cast<char>(std::strtoul(safe.substr(at + 1, 2).c_str(), nullptr, 16));
    at += 2;
  }
  return user;
}

}  // namespace

std::string RunDirectory::token_file(const std::string& user, unsigned device) const {
  return path_ + "/tokens/" + safe_name(user, device);
}

std::string RunDirectory::data_of_device(const std::string& user, unsigned device) const {
  return path_ + "/devices/" + safe_name(user, device);
}

Status RunDirectory::check_place() const {
  if (path_.size() > kPathMax) {
    return Error{Code::kInvalidArgument,
                 fmt::format("the run directory {} has {} letters; a unix socket allows {} here: "
                             "choose a shorter one with --dir",
                             path_, path_.size(), kPathMax)};
  }
  // An `up` that was interrupted before it wrote the topology leaves empty folders of ours, and
  // marks of disks that are new.
  std::vector<std::string> others = foreign_names();
  for (const char* folder : kFolders) {
    std::vector<std::string> inside = names_in(path_ + "/" + folder);
    std::erase_if(inside, [](const std::string& name) { return name.ends_with(kNewDiskMark); });
    if (!inside.empty()) others.push_back(std::string(folder) + "/" + inside.front());
  }
  // Asked last: whoever makes a cluster just now writes the topology before any process does more.
  if (has_cluster()) return check_topology();
  if (others.empty()) return ok();
  return Error{
      Code::kInvalidArgument,
      fmt::format("{} holds files that are not of a cluster, like {}: give a new or empty "
                  "folder with --dir, like {}",
                  path_, escape_controls(others.front()), (fs::path(path_) / "cluster").string())};
}

// Other programs have a cluster.toml, too. Ours has its name in the first line, or stands beside a
// key of ours if somebody has edited that.
Status RunDirectory::check_topology() const {
  const Result<std::string> text = read(topology_file());
  if (!text) return text.error();
  if (text->starts_with(kTopologyMark) || fs::exists(path_ + "/token.key")) return ok();
  return Error{Code::kInvalidArgument,
               fmt::format("{} was not made by Glasspost: give a new or empty folder with --dir, "
                           "like {}",
                           topology_file(), (fs::path(path_) / "cluster").string())};
}

Status RunDirectory::create() const {
  if (Status fits = check_place(); !fits) return fits;
  if (Status made = make_folder(path_); !made) return made;
  for (const char* folder : kFolders) {
    if (Status made = make_folder(path_ + "/" + folder); !made) return made;
  }
  return ok();
}

std::vector<std::string> RunDirectory::foreign_names() const {
  std::vector<std::string> others = names_in(path_);
  std::erase_if(others,
                [](const std::string& name) { return is_our_folder(name) || is_our_file(name); });
  return others;
}

Status RunDirectory::remove_cluster() const {
  std::vector<std::string> ours = names_in(path_);
  std::erase_if(
      ours, [](const std::string& name) { return !(is_our_folder(name) || is_our_file(name)); });
  // Without its topology the rest would look like somebody else's; the lock of this command stands
  // to the end.
  const auto rank = [](const std::string& name) {
    return name == "starting" ? 2 : name == "cluster.toml" ? 1 : 0;
  };
  std::stable_sort(ours.begin(), ours.end(),
                   [&rank](const auto& one, const auto& other) { return rank(one) < rank(other); });
  for (const std::string& name : ours) {
    std::error_code error;
    fs::remove_all(path_ + "/" + name, error);
    if (error) {
      errno = error.value();
      return io_error("cannot remove", path_ + "/" + name);
    }
  }
  return ok();
}

std::vector<std::string> RunDirectory::token_names() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(path_ + "/tokens", error)) {
    if (file.path().extension() == ".1") names.push_back(user_of_file(file.path().stem().string()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool RunDirectory::has_cluster() const {
  std::error_code ignored;
  return fs::exists(topology_file(), ignored);
}

Result<std::string> RunDirectory::read(const std::string& file) const {
  std::ifstream in(file, std::ios::binary);
  if (!in) return io_error("cannot read", file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Status RunDirectory::write(const std::string& file, const std::string& text, unsigned mode) const {
  const std::string fresh = file + ".new";
  const int handle = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (handle < 0) return io_error("cannot write", fresh);
  Status wrote = write_all(handle, text, fresh);
  ::close(handle);
  if (!wrote) return wrote;
  if (::rename(fresh.c_str(), file.c_str()) != 0) return io_error("cannot replace", file);
  return ok();
}

Result<MacKey> RunDirectory::token_key() const {
  const std::string file = path_ + "/token.key";
  MacKey key{};
  std::error_code ignored;
  if (!fs::exists(file, ignored)) {
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
      return io_error("cannot draw a key for", file);
    }
    const Status wrote = write(file, std::string(key.begin(), key.end()));
    if (!wrote) return wrote.error();
    return key;
  }
  const Result<std::string> bytes = read(file);
  if (!bytes) return bytes.error();
  if (bytes->size() != key.size()) {
    return Error{Code::kCorruption, file +
                                        " is not a key of 32 bytes; put the old one back, or "
                                        "`glasspost reset` makes a new cluster"};
  }
  std::copy(bytes->begin(), bytes->end(), key.begin());
  return key;
}

std::uint16_t RunDirectory::port_of(const std::string& name) const {
  const Result<std::string> text = read(path_ + "/port/" + name);
  if (!text) return 0;
  const Result<std::uint64_t> port = parse_u64(*text);
  return port && *port <= 65'535 ? static_cast<std::uint16_t>(*port) : 0;
}

Status RunDirectory::write_port(const std::string& name, std::uint16_t port) const {
  return write(path_ + "/port/" + name, std::to_string(port));
}

Status RunDirectory::lock() const {
  // The handle stays open on purpose: the system takes the lock back when this process ends.
  const std::string file = path_ + "/lock";
  const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (handle < 0) return io_error("cannot open", file);
  if (::flock(handle, LOCK_EX | LOCK_NB) == 0) return ok();
  ::close(handle);
  return Error{Code::kConflict, "a cluster already runs in " + path_};
}

bool RunDirectory::is_locked() const {
  const int handle = ::open((path_ + "/lock").c_str(), O_RDWR | O_CLOEXEC);
  if (handle < 0) return false;
  const bool held = ::flock(handle, LOCK_EX | LOCK_NB) != 0;
  ::close(handle);
  return held;
}

Status RunDirectory::lock_start() const {
  const std::string file = path_ + "/starting";
  while (true) {
    // As in lock(), the handle stays open. What is in the file is only read by whoever comes late.
    const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (handle < 0) return io_error("cannot open", file);
    if (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
      ::close(handle);
      const Result<std::string> holder = read(file);
      return Error{
          Code::kConflict,
          fmt::format("the cluster in {} is being started or removed by process {}; wait a "
                      "moment, then see `glasspost status`",
                      path_, holder && !holder->empty() ? *holder : "unknown")};
    }
    struct stat held {};
    struct stat there {};
    const bool same = ::fstat(handle, &held) == 0 && ::stat(file.c_str(), &there) == 0 &&
                      held.st_ino == there.st_ino && held.st_dev == there.st_dev;
    if (!same) {  // a reset removed it between our two calls
      ::close(handle);
      continue;
    }
    const std::string own = std::to_string(::getpid());
    // On a full disk it stays empty; the lock holds all the same.
    if (::ftruncate(handle, 0) == 0) (void)!::write(handle, own.data(), own.size());
    return ok();
  }
}

Result<std::uint64_t> RunDirectory::next_boot() const {
  const std::string file = path_ + "/boot";
  std::uint64_t newest = 0;
  std::error_code ignored;
  if (fs::exists(file, ignored)) {
    const Result<std::string> text = read(file);
    if (!text) return text.error();
    const Result<std::uint64_t> number = parse_u64(*text);
    if (number) newest = *number;
  }
  // The time of day is a floor: a lost or damaged file must not bring an old boot id back.
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const std::uint64_t next = std::max(newest + 1, static_cast<std::uint64_t>(now.count()));
  const Status wrote = write(file, std::to_string(next));
  if (!wrote) return wrote.error();
  return next;
}

std::string default_run_directory() {
  if (const char* given = std::getenv("GLASSPOST_DIR"); given != nullptr && *given != 0)
    return given;
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != 0) {
    return std::string(state) + "/glasspost";
  }
  const char* home = std::getenv("HOME");
  return std::string(home != nullptr && *home != 0 ? home : "/tmp") + "/.local/state/glasspost";
}

}  // namespace glasspost
