#include "registry/config/storage.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

/// A machine with files of its own.
class Machine {
 public:
  Machine() : directory_("/tmp", "lade-storage") {
    environment.root = directory_.path();
    environment.home = directory_.path() + "/home";
    environment.user = "anna";
  }
  void write(const std::string& path, const std::string& text) const {
    const std::string whole = directory_.path() + path;
    make_directories(whole.substr(0, whole.rfind('/')));
    write_file_atomic(whole, text);
  }
  std::string path(const std::string& name) const { return directory_.path() + name; }
  StorageConfig load() const { return load_storage(environment); }

  UserEnvironment environment{};

 private:
  TempDir directory_;
};

TEST_CASE("root's containers store is in /var/lib unless storage.conf says another place") {
  Machine machine;
  CHECK(machine.load().root == machine.path("/var/lib/containers/storage"));
  CHECK(machine.load().driver.empty());
  machine.write("/usr/share/containers/storage.conf", "[storage]\ngraphroot = '/usr'");
  CHECK(machine.load().root == "/usr");
  machine.write("/etc/containers/storage.conf",
                "[storage]\ndriver = 'vfs'\ngraphroot = '/etc'\nrunroot = '/run/c'\n"
                "[storage.options]\nadditionalimagestores = ['/a', '/b']\n");
  const StorageConfig config = machine.load();
  CHECK(config.root == "/etc");
  CHECK(config.driver == "vfs");
  CHECK(config.run_root == "/run/c");
  CHECK(config.additional_roots == std::vector<std::string>{"/a", "/b"});
}

TEST_CASE("an ordinary user's containers store is in the home, whatever root's is") {
  Machine machine;
  machine.environment.uid = 1000;
  CHECK(machine.load().root == machine.path("/home/.local/share/containers/storage"));
  machine.environment.data_home = "/data";
  CHECK(machine.load().root == "/data/containers/storage");
  machine.write("/etc/containers/storage.conf",
                "[storage]\ndriver = 'overlay'\ngraphroot = '/etc'\nrunroot = '/run/c'\n");
  CHECK(machine.load().root == "/data/containers/storage");
  CHECK(machine.load().run_root.empty());
  CHECK(machine.load().driver == "overlay");
  machine.write("/etc/containers/storage.conf",
                "[storage]\nrootless_storage_path = '/x/$USER/$UID$HOME/s'\n");
  CHECK(machine.load().root == "/x/anna/1000" + machine.environment.home + "/s");
  machine.write("/home/.config/containers/storage.conf",
                "[storage]\ngraphroot = '/mine'\nimagestore = '/images'\n");
  CHECK(machine.load().root == "/mine");
  CHECK(machine.load().driver.empty());
  CHECK(machine.load().additional_roots == std::vector<std::string>{"/images"});
}

TEST_CASE("the environment names another storage.conf, driver and options") {
  Machine machine;
  machine.write("/other.conf", "[storage]\ngraphroot = '/other'\ndriver = 'overlay'\n");
  machine.environment.storage_conf = machine.path("/other.conf");
  CHECK(machine.load().root == "/other");
  machine.environment.uid = 1000;
  CHECK(machine.load().root == "/other");
  machine.environment.storage_driver = "vfs";
  machine.environment.storage_opts = "a=b,c=d";
  CHECK(machine.load().driver == "vfs");
  CHECK(machine.load().options == std::vector<std::string>{"a=b", "c=d"});
}

TEST_CASE("a storage.conf that is wrong or missing is refused") {
  Machine machine;
  machine.write("/etc/containers/storage.conf", "[storage]\ngraphroot = 1\n");
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { machine.load(); }),
             Catch::Contains("storage.conf:2: storage.graphroot: wanted a string"));
  machine.environment.storage_conf = machine.path("/missing.conf");
  error_of(ErrorKind::not_found, [&] { machine.load(); });
  machine.environment.uid = 1000;
  error_of(ErrorKind::not_found, [&] { machine.load(); });
}

TEST_CASE("a user without a home has no containers store") {
  Machine machine;
  machine.environment.uid = 1000;
  machine.environment.home.clear();
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { machine.load(); }),
             Catch::Contains("set HOME, XDG_DATA_HOME or CONTAINERS_STORAGE_CONF"));
}

}  // namespace
}  // namespace lade::registry
