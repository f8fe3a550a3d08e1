#pragma once

#include <string>
#include <string_view>

namespace lade::sbom {

/// What a metadata directory ("…/foo-1.0.dist-info") or file is to Python, by its path alone.
enum class PythonPlace : unsigned char {
  installed,  ///< directly where modules are looked for
  vendored,   ///< inside of another package's directory
  fixture,    ///< inside of another package's tests
  elsewhere   ///< an egg-info in a source tree: installed only if an egg-link leads there
};

PythonPlace python_place(std::string_view metadata_path);

/// The directory that is searched for modules and has this metadata.
std::string_view module_directory(std::string_view metadata_path);

/// "3.11" if a directory of the path is called "python3.11"; else empty.
std::string python_version_of_path(std::string_view path);

}  // namespace lade::sbom
