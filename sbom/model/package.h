#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// What kind of package it is, named as package URLs name it (purl-spec, PURL-TYPES).
enum class PackageType : unsigned char {
  deb,
  apk,
  rpm,
  alpm,
  opkg,
  golang,
  npm,
  pypi,
  maven,
  gem,
  composer,
  nuget,
  cargo,
  conda,
  hex,
  pub,
  generic  ///< an interpreter, a server: recognised by what its file says of itself
};

/// "deb", "golang", …
std::string_view to_string(PackageType type);
std::optional<PackageType> find_package_type(std::string_view word);
/// Those that a distribution's package manager installed; the files they own are theirs.
bool is_distribution_type(PackageType type);

/// Where it says so.
struct Location {
  std::string path;       ///< of the file in the image, normalised (no leading slash)
  std::string inner{};    ///< inside of that file ("WEB-INF/lib/a.jar", then "!/" for deeper ones)
  std::size_t layer = 0;  ///< which layer shows the file; 0 is the lowest

  auto operator<=>(const Location&) const = default;
};

/// How a licence is known.
enum class LicenseEvidence : unsigned char {
  declared,   ///< a field of the package's metadata
  copyright,  ///< the package's copyright file names it (DEP-5 or a reference)
  text        ///< the text of a licence file was recognised
};

struct LicenseClaim {
  std::string expression;  ///< SPDX, normalised; LicenseRef-… for what the list does not have
  std::string written{};   ///< as the package writes it, if that is something else
  LicenseEvidence evidence = LicenseEvidence::declared;
  std::string path{};  ///< the file that says so; empty: the package's own record

  auto operator<=>(const LicenseClaim&) const = default;
};

/// "sha256" and lower-case hex digits.
struct PackageHash {
  std::string algorithm;
  std::string hex;

  auto operator<=>(const PackageHash&) const = default;
};

/// One version of one package, as something in the image says it is there. A plain value;
/// catalogers fill what they know. What they do not know is empty.
struct Package {
  PackageType type = PackageType::generic;
  /// npm: scope with "@"; maven: group; deb, rpm, apk: the distribution's id, which `assemble`
  /// sets; golang: empty, the name is the module's whole path.
  std::string name_space{};
  std::string name{};
  /// As the ecosystem writes it: "1:2.3-4" of deb, epoch and release of rpm included.
  std::string version{};
  std::string architecture{};
  /// What it was built from, if that has another name or version (Source of dpkg, origin of apk,
  /// the source rpm's name and version-release).
  std::string source_name{};
  std::string source_version{};
  std::vector<LicenseClaim> licenses{};
  std::string supplier{};  ///< maintainer, vendor or author, as written: "A. Name <a@example.org>"
  std::string homepage{};
  std::string download{};     ///< where it came from, if its metadata tells
  std::string description{};  ///< one line
  std::uint64_t installed_bytes = 0;
  std::vector<PackageHash> hashes{};  ///< of the package's archive, as its metadata claims
  std::vector<std::string> cpes{};  ///< CPE 2.3, only where the metadata or a table of ours is sure
  /// More of the package URL: "epoch", "modularity", "classifier"; never arch, distro, upstream.
  std::map<std::string, std::string> qualifiers{};
  /// What it needs, by name, versions and alternatives as written ("libc6 (>= 2.34) | libc"); for
  /// languages the names of the packages.
  std::vector<std::string> depends{};
  /// Other names that satisfy a need ("mail-transport-agent", "so:libc.musl-x86_64.so.1").
  std::vector<std::string> provides{};
  /// What a reader should know before trusting the record: "stripped: no versions of modules",
  /// "held back half-installed".
  std::vector<std::string> remarks{};
  /// For development, tests: declared, but nothing says that it is installed.
  bool declared_only = false;
  std::string cataloger{};  ///< who found it

  // What TR-03183-2 asks of the file that was deployed. Where nobody says, sbom/format tells them
  // from the type and the name.
  std::string file_name{};                       ///< "adduser_3.134_all.deb", without a path
  std::optional<bool> is_executable{};           ///< it can be run, alone or from others
  std::optional<bool> is_archive{};              ///< it holds other files
  std::optional<bool> is_structured{};           ///< what it holds can still be told apart
  std::optional<bool> knows_all_dependencies{};  ///< relations name all that it needs

  // set by assembly
  std::vector<Location> locations{};  ///< sorted
  std::string purl{};
  std::size_t introduced_layer = 0;  ///< the lowest layer from which on it is there
  std::size_t changed_layer = 0;     ///< the layer in which it got this version
  std::string id{};                  ///< 16 hex digits, the same in every run
};

}  // namespace lade::sbom
