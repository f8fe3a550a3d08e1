#pragma once

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "sbom/distribution/rpm_database.h"
#include "tests/sbom/distribution/programs.h"

namespace lade::sbom {

/// Packages that rpm itself built and installed, and what it says of a database.
class RpmPeer {
 public:
  static bool is_there() { return have("rpm") && have("rpmbuild"); }

  std::string path(const std::string& name) const { return join_path(directory_.path(), name); }

  /// Builds packages of specs and installs them into a new SQLite database; returns its bytes.
  std::string install(const std::vector<std::string>& specs) const {
    std::vector<std::string> build{"rpmbuild", "-bb", "--quiet", "--define",
                                   "_topdir " + path("top")};
    for (std::size_t i = 0; i < specs.size(); ++i) {
      build.push_back(path(fmt::format("{}.spec", i)));
      write_file_atomic(build.back(), specs[i]);
    }
    output_of(build);
    std::vector<std::string> add{"rpm", "--dbpath", path("db"), "--justdb", "--nodeps", "-i"};
    for (const std::string& name : list_names(path("top/RPMS/noarch"))) {
      add.push_back(path("top/RPMS/noarch/" + name));
    }
    output_of(add);
    return read_file(path("db/rpmdb.sqlite"), 64U << 20U);
  }

  /// What rpm says of the packages of a database below `path(directory)`, sorted.
  std::vector<std::string> query(const std::string& directory,
                                 const std::string& backend = "sqlite") const {
    std::vector<std::string> lines = sorted_lines(output_of(
        {"rpm", "--define", "_db_backend " + backend, "--dbpath", path(directory), "-qa", "--qf",
         "%{NAME}|%{EPOCH}|%{VERSION}-%{RELEASE}|%{ARCH}|%{SOURCERPM}|%{LICENSE}|%{VENDOR}|%{SIZE}|"
         "%{MODULARITYLABEL}|%{URL}|%{SIGMD5}|%{SUMMARY}\\n"}));
    std::erase_if(lines, [](const auto& line) { return line.starts_with("gpg-pubkey|"); });
    return lines;
  }

  /// Puts headers into a new SQLite database below `path(directory)` that rpm reads.
  void store(const std::string& directory, const std::vector<std::string>& headers) const {
    output_of({"rpm", "--initdb", "--dbpath", path(directory)});
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open(path(directory + "/rpmdb.sqlite").c_str(), &database) == SQLITE_OK);
    for (const std::string& header : headers) {
      sqlite3_stmt* insert = nullptr;
      sqlite3_prepare_v2(database, "INSERT INTO Packages (blob) VALUES (?)", -1, &insert, nullptr);
      sqlite3_bind_blob(insert, 1, header.data(), static_cast<int>(header.size()), SQLITE_STATIC);
      CHECK(sqlite3_step(insert) == SQLITE_DONE);
      sqlite3_finalize(insert);
    }
    sqlite3_close(database);
  }

 private:
  TempDir directory_{"/tmp"};
};

inline std::string written_license(const Package& package) {
  if (package.licenses.empty()) return "(none)";
  const LicenseClaim& claim = package.licenses.front();
  return claim.written.empty() ? claim.expression : claim.written;
}

/// The same lines of what was read, as far as a package has them all.
inline std::vector<std::string> rpm_lines(const Find& find) {
  const auto or_none = [](const std::string& text) { return text.empty() ? "(none)" : text; };
  const auto qualifier = [&](const Package& package, const std::string& name) {
    const auto found = package.qualifiers.find(name);
    return found == package.qualifiers.end() ? std::string("(none)") : found->second;
  };
  std::vector<std::string> lines;
  for (const FoundPackage& found : find.packages) {
    const Package& package = found.package;
    const std::string version = package.version.substr(package.version.find(':') + 1);
    const std::string source =
        package.source_name.empty()
            ? fmt::format("{}-{}", package.name, version)
            : fmt::format("{}-{}", package.source_name, package.source_version);
    lines.push_back(fmt::format(
        "{}|{}|{}|{}|{}.src.rpm|{}|{}|{}|{}|{}|{}|{}", package.name, qualifier(package, "epoch"),
        version, package.architecture, source, written_license(package), or_none(package.supplier),
        package.installed_bytes, qualifier(package, "modularity"), or_none(package.homepage),
        package.hashes.empty() ? "(none)" : package.hashes[0].hex, package.description));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace lade::sbom
