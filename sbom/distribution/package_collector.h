#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/catalog/find.h"

namespace lade::sbom {

/// What a package database may make its reader keep. Real ones stay far below; one that was made
/// to exhaust memory is read so far and no further, which is told.
struct DatabaseLimits {
  std::size_t packages = 100'000;
  std::size_t names = 1'000'000;  ///< of needs and provisions, of all packages together
  std::size_t owned_bytes = std::size_t{128} << 20U;
  std::size_t field_bytes = std::size_t{1} << 20U;
};

/// Gathers what a package database says: its packages, for each the paths that it owns, and what is
/// wrong with it.
class PackageCollector {
 public:
  explicit PackageCollector(const DatabaseLimits& limits = {}) : limits_(limits) {}

  const DatabaseLimits& limits() const { return limits_; }
  std::size_t size() const { return packages_.size(); }
  /// Ends the package that is being put together, whose paths were given to `own` before. One
  /// without a version is a fault. False if there is no room for another one.
  bool add(Package package);
  /// Puts `name` into one of the lists of the package that is being put together.
  void add_name(std::vector<std::string>& list, std::string_view name);
  /// A path that the package being put together owns, as its database writes it. Paths that lead
  /// out of the root or hold a line's end are left out.
  void own(std::string_view path);
  /// The first one is told in full, the others are counted.
  void fault(std::string message);
  /// Forgets the paths of a package that will not be added.
  void drop() { owned_.clear(); }

  /// Packages, problem, and as note the paths of each package (owned_paths_of).
  Find take();

 private:
  DatabaseLimits limits_;
  std::vector<FoundPackage> packages_;
  std::string note_;
  std::string owned_;
  std::string problem_;
  std::size_t faults_ = 0;
  std::size_t names_ = 0;
  bool told_names_ = false;
  bool told_paths_ = false;
};

/// The paths of every package of such a find, as Find::owned_paths has them. `corrupt` if the note
/// is no such note.
std::vector<std::string_view> owned_paths_of(const Find& find);

/// Adds a path as Find::owned_paths wants it; false if it is none of a file below the root.
bool append_owned_path(std::string& list, std::string_view path);

}  // namespace lade::sbom
