#include "registry/config/registries.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "libimage/base/temp_dir.h"
#include "tests/registry/config/config_support.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

std::vector<std::string> prefixes(const RegistriesConfig& config) {
  std::vector<std::string> list;
  for (const RegistryEntry& entry : config.registries) list.push_back(entry.prefix);
  return list;
}

/// A home and a system below one directory, with files that tell by their search registry which
/// of them was read last.
struct Machine {
  TempDir dir{"/tmp"};
  UserEnvironment environment{
      .uid = 1000, .home = dir.path() + "/home", .root = dir.path() + "/system"};

  void write(const std::string& path, const std::string& text) const {
    const std::string full = dir.path() + "/" + path;
    make_directories(std::filesystem::path(full).parent_path().string());
    write_file_atomic(full, text);
  }
  std::vector<std::string> read() const {
    std::vector<std::string> names;
    for (const std::string& file : load_registries(registries_files(environment)).files) {
      names.push_back(file.substr(dir.path().size() + 1));
    }
    return names;
  }
};

TEST_CASE("without any file nothing is configured and the defaults hold") {
  const Machine machine;
  const RegistriesConfig config = load_registries(registries_files(machine.environment));
  CHECK(config.registries.empty());
  CHECK_FALSE(config.search_registries);
  CHECK(config.short_name_mode == ShortNameMode::permissive);
  CHECK(config.credential_helpers == std::vector<std::string>{"containers-auth.json"});
  CHECK(config.files.empty());
}

TEST_CASE("the files are read in the order of their rank") {
  Machine machine;
  using Names = std::vector<std::string>;
  machine.write("system/etc/containers/registries.conf", "");
  machine.write("system/etc/containers/registries.conf.d/2.conf", "");
  machine.write("system/etc/containers/registries.conf.d/1.conf", "");
  machine.write("system/etc/containers/registries.conf.d/0.conf.off", "not TOML");
  machine.write("system/etc/containers/registries.conf.d/dir.conf/x", "not TOML");
  machine.write("home/.config/containers/registries.conf.d/0.conf", "");
  CHECK(machine.read() == Names{"system/etc/containers/registries.conf",
                                "system/etc/containers/registries.conf.d/1.conf",
                                "system/etc/containers/registries.conf.d/2.conf",
                                "home/.config/containers/registries.conf.d/0.conf"});

  SECTION("a main file of the user hides all of the system's") {
    machine.write("home/.config/containers/registries.conf", "");
    CHECK(machine.read() == Names{"home/.config/containers/registries.conf",
                                  "home/.config/containers/registries.conf.d/0.conf"});
  }
  SECTION("XDG_CONFIG_HOME takes the place of ~/.config") {
    machine.environment.config_home = machine.dir.path() + "/xdg";
    machine.write("xdg/containers/registries.conf", "");
    CHECK(machine.read() == Names{"xdg/containers/registries.conf"});
  }
  SECTION("a file of the environment is the only one") {
    machine.write("mine.conf", "");
    machine.environment.registries_conf = machine.dir.path() + "/mine.conf";
    CHECK(machine.read() == Names{"mine.conf"});
  }
  SECTION("an overriding file comes after the others") {
    machine.write("over.conf", "");
    machine.environment.registries_conf_override = machine.dir.path() + "/over.conf";
    CHECK(machine.read().back() == "over.conf");
    CHECK(machine.read().size() == 5);
  }
}

TEST_CASE("a file that the environment names must be there") {
  Machine machine;
  machine.environment.registries_conf = machine.dir.path() + "/absent.conf";
  const std::string main = error_of(
      ErrorKind::not_found, [&] { load_registries(registries_files(machine.environment)); });
  CHECK(main.find("absent.conf") != std::string::npos);
  machine.environment.registries_conf.clear();
  machine.environment.registries_conf_override = machine.dir.path() + "/gone.conf";
  error_of(ErrorKind::not_found, [&] { load_registries(registries_files(machine.environment)); });
}

TEST_CASE("drop-ins replace, add and erase, and are never of version 1") {
  const Machine machine;
  machine.write("system/etc/containers/registries.conf",
                "unqualified-search-registries = ['a.io']\ncredential-helpers = ['one']\n"
                "[[registry]]\nlocation = 'a.io'\ninsecure = true\n"
                "[[registry]]\nlocation = 'b.io'\n"
                "[aliases]\nx = 'a.io/x'\ny = 'a.io/y'\n");
  machine.write("home/.config/containers/registries.conf.d/1.conf",
                "unqualified-search-registries = []\ncredential-helpers = []\n"
                "short-name-mode = 'disabled'\n"
                "[[registry]]\nlocation = 'a.io'\nblocked = true\n"
                "[aliases]\nx = ''\ny = 'b.io/y'\n");
  const RegistriesConfig config = load_registries(registries_files(machine.environment));
  CHECK(prefixes(config) == std::vector<std::string>{"a.io", "b.io"});
  CHECK(config.registries[0].blocked);
  CHECK_FALSE(config.registries[0].insecure);
  REQUIRE(config.search_registries);
  CHECK(config.search_registries->empty());
  CHECK(config.credential_helpers == std::vector<std::string>{"containers-auth.json"});
  CHECK(config.short_name_mode == ShortNameMode::disabled);
  CHECK_FALSE(config.aliases.contains("x"));
  CHECK(config.aliases.at("y").target.str() == "b.io/y");

  machine.write("home/.config/containers/registries.conf.d/2.conf",
                "[registries.search]\nregistries = ['c.io']\n");
  const std::string got =
      error_of(ErrorKind::invalid, [&] { load_registries(registries_files(machine.environment)); });
  CHECK_THAT(got, Catch::Contains("2.conf:1: registries: wanted version 2"));
}

TEST_CASE("a registries.conf that is too large is refused") {
  const TempDir dir("/tmp");
  error_of(ErrorKind::invalid,
           [&] { config_of(std::string(registries_file_limit_bytes + 1, '#'), dir.path()); });
}

}  // namespace
}  // namespace lade::registry
