#include "sbom/distribution/pacman.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "tests/sbom/distribution/distribution_fixture.h"
#include "tests/sbom/distribution/programs.h"

namespace lade::sbom {
namespace {

using Lines = std::vector<std::string>;

std::string desc(const std::string& name, const std::string& version,
                 const std::string& more = "") {
  return fmt::format(
      "%NAME%\n{}\n\n%VERSION%\n{}\n\n%BASE%\n{}\n\n%DESC%\nThe one\n\n%URL%\n"
      "https://example.org/\n\n%ARCH%\nx86_64\n\n%BUILDDATE%\n1\n\n%INSTALLDATE%\n2\n\n"
      "%PACKAGER%\nA. Name <a@example.org>\n\n%SIZE%\n9123\n\n{}",
      name, version, name, more);
}

std::string path_of(const std::string& directory, const std::string& file = "desc") {
  return fmt::format("var/lib/pacman/local/{}/{}", directory, file);
}

TEST_CASE("a record of pacman is read whole") {
  const Find find = find_of("pacman", path_of("a-1:2.0-1"),
                            "%NAME%\na\n\n%VERSION%\n1:2.0-1\n\n%BASE%\nbase-of-a\n\n"
                            "%LICENSE%\nGPL-3.0-or-later\nMIT OR Apache-2.0\n\n%DEPENDS%\nglibc\n"
                            "readline>=7.0\n\n%OPTDEPENDS%\nbash-completion: for tab\n\n"
                            "%PROVIDES%\nsh\n\n%SIZE%\n9123\n\n%XDATA%\npkgtype=pkg\n\n");
  REQUIRE(find.packages.size() == 1);
  CHECK(find.problem.empty());
  const Package& package = find.packages[0].package;
  CHECK(package.type == PackageType::alpm);
  CHECK(package.name == "a");
  CHECK(package.version == "1:2.0-1");
  CHECK(package.source_name == "base-of-a");
  CHECK(package.source_version == "1:2.0-1");
  CHECK(package.installed_bytes == 9123);
  CHECK(package.depends == Lines{"glibc", "readline>=7.0"});
  CHECK(package.provides == Lines{"sh"});
  REQUIRE(package.licenses.size() == 1);
  CHECK(package.licenses[0].expression == "GPL-3.0-or-later AND (Apache-2.0 OR MIT)");
}

TEST_CASE("a record of pacman without name or version is told") {
  for (const std::string text : {"", "%NAME%\na\n", "%VERSION%\n1\n", "NAME\na\n\nVERSION\n1\n"}) {
    const Find find = find_of("pacman", path_of("a-1-1"), text);
    CHECK(find.problem == "no name and version of a package");
    CHECK(find.packages.empty());
  }
  const Find find = find_of("pacman", path_of("a-1-1"),
                            desc("a", "1") + "%DESC%\n" + std::string(2'000'000, 'x'));
  CHECK(find.problem == "a value of 2000000 bytes in DESC");
  CHECK(find.packages.size() == 1);
}

TEST_CASE("pacman's lists of files leave out directories and what was kept of them") {
  CHECK(find_of("pacman", path_of("a-1-1", "files"),
                "%FILES%\nusr/\nusr/bin/\nusr/bin/a\netc/a.conf\n\n%BACKUP%\netc/a.conf\tdigest\n")
            .owned_paths == "usr/bin/a\netc/a.conf\n");
}

TEST_CASE("packages of pacman come with their layers and needs") {
  const Inventory inventory = inventory_of(
      {TarBuilder{}
           .file(path_of("bash-5.1-1"), desc("bash", "5.1-1"))
           .file(path_of("glibc-2.38-7"), desc("glibc", "2.38-7")),
       TarBuilder{}
           .whiteout("var/lib/pacman/local/bash-5.1-1")
           .file(path_of("bash-5.2-1"), desc("bash", "5.2-1", "%DEPENDS%\nglibc>=2\nnone\n"))});
  CHECK(versions_of(inventory) == Lines{"bash 5.2-1", "glibc 2.38-7"});
  CHECK(edges_of(inventory) == Lines{"bash > glibc"});
  CHECK(only_package(inventory, "bash").introduced_layer == 0);
  CHECK(only_package(inventory, "bash").changed_layer == 1);
  CHECK(only_package(inventory, "glibc").changed_layer == 0);
}

TEST_CASE("pacman tells the same packages of the same database") {
  if (!have("pacman")) return;
  const TempDir root("/tmp");
  const std::vector<std::pair<std::string, std::string>> packages{
      {"bash", "5.2.015-1"}, {"libstdc++", "1:13.2-3"}, {"a-b-c", "r12.g3a-1"}};
  TarBuilder tar;
  for (const auto& [name, version] : packages) {
    const std::string directory = name + "-" + version;
    make_directories(join_path(root.path(), "local/" + directory));
    for (const auto& [file, text] :
         {std::pair<std::string, std::string>{"desc", desc(name, version)},
          {"files", "%FILES%\nusr/bin/" + name + "\n\n"}}) {
      write_file_atomic(join_path(root.path(), "local/" + directory + "/" + file), text);
      tar.file(path_of(directory, file), text);
    }
  }
  write_file_atomic(join_path(root.path(), "local/ALPM_DB_VERSION"), "9\n");
  Lines ours = versions_of(inventory_of({tar}));
  std::sort(ours.begin(), ours.end());
  CHECK(ours == sorted_lines(
                    output_of({"pacman", "-Q", "--dbpath", root.path(), "--config", "/dev/null"})));
}

}  // namespace
}  // namespace lade::sbom
