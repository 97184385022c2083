// Who holds a run directory, and what asking it leaves alone.
#include "engine/control/run_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>
#include <unistd.h>

#include "engine/control/identity.hpp"

namespace glasspost {
namespace {

namespace fs = std::filesystem;

// A folder that is gone at the end.
struct Folder {
  std::string path;
  Folder() {
    std::string name = (fs::temp_directory_path() / "gp-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
};

}  // namespace

TEST_CASE("a cluster is started by one at a time, and the next hears by whom") {
  const Folder folder;
  const RunDirectory directory(folder.path);
  REQUIRE(directory.lock_start());
  const Status second = directory.lock_start();
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::kConflict);
  CHECK(second.error().message.find("by process " + std::to_string(::getpid()) + ";") !=
        std::string::npos);
}

TEST_CASE("a start that is held is no cluster and no supervisor, and a removed one is held anew") {
  const Folder folder;
  const RunDirectory directory(folder.path);
  REQUIRE(directory.lock_start());
  CHECK_FALSE(directory.has_cluster());
  CHECK_FALSE(directory.is_locked());
  fs::remove(folder.path + "/starting");
  CHECK(directory.lock_start());
}

TEST_CASE("an empty folder and what an interrupted up left may become a cluster") {
  const Folder folder;
  const RunDirectory directory(folder.path);
  CHECK(directory.check_place());
  REQUIRE(directory.create());
  REQUIRE(directory.lock_start());
  REQUIRE(directory.token_key());
  REQUIRE(directory.write(directory.data_of("store-1") + kNewDiskMark, ""));
  CHECK(directory.check_place());
}

TEST_CASE("a folder with one file of somebody else may not, wherever it lies in it") {
  for (const char* name : {"thesis.txt", "data/thesis.txt", ".hidden", "x.ipc", "boot.old"}) {
    CAPTURE(name);
    const Folder folder;
    const RunDirectory directory(folder.path);
    fs::create_directory(folder.path + "/data");
    REQUIRE(directory.write(folder.path + "/" + name, "x"));
    const Status refused = directory.create();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::kInvalidArgument);
    CHECK(refused.error().message.find(name) != std::string::npos);
    CHECK_FALSE(fs::exists(folder.path + "/log"));
  }
}

TEST_CASE("removing a cluster leaves what others made") {
  const Folder folder;
  const RunDirectory directory(folder.path);
  REQUIRE(directory.create());
  REQUIRE(directory.lock_start());
  REQUIRE(directory.write(directory.topology_file(), "x"));
  for (const char* name : {"3.ipc", "boot.new", "tokens/alice.1", "thesis.txt", "x.ipc"})
    REQUIRE(directory.write(folder.path + "/" + name, "x"));
  REQUIRE(directory.remove_cluster());
  const std::vector<std::string> left = {"thesis.txt", "x.ipc"};
  CHECK(directory.foreign_names() == left);
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 2);
}

TEST_CASE("another program's cluster.toml makes nobody's folder a cluster of ours") {
  const Folder folder;
  const RunDirectory directory(folder.path);
  const std::string thesis = folder.path + "/data/thesis.txt";
  fs::create_directories(folder.path + "/data");
  std::ofstream(thesis) << "precious";
  std::ofstream(directory.topology_file()) << "[package]\nname = 'mine'\n";
  for (const Status& seen :
       {directory.check_place(), directory.create(), directory.check_topology()}) {
    REQUIRE_FALSE(seen);
    CHECK(seen.error().message.find("was not made by Glasspost") != std::string::npos);
  }
  CHECK_FALSE(fs::exists(folder.path + "/log"));
  // Edited by hand, but beside a key of ours, it is one.
  REQUIRE(directory.token_key());
  CHECK(directory.check_place());
}

TEST_CASE("looking for a token makes no key") {
  const Folder folder;
  const Result<DeviceIdentity> found = find_identity(RunDirectory(folder.path), "alice", 1);
  REQUIRE_FALSE(found);
  CHECK(found.error().code == Code::kNotFound);
  CHECK(fs::is_empty(folder.path));
}

}  // namespace glasspost
