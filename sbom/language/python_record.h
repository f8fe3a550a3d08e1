#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lade::sbom {

/// What an installation put where.
struct InstalledFiles {
  /// Of files that tell of other packages (METADATA, PKG-INFO, *.egg-info) alone, 1 MiB at most:
  /// normalised, one a line, as Find::owned_paths.
  std::string paths{};
  std::uint64_t size_bytes = 0;
};

/// A RECORD file (packaging.python.org, "Recording installed projects"): lines of path, hash and
/// size, separated by commas; paths are relative to `directory`. Those that leave the root are left
/// out, and so is a size that would make the sum overflow.
InstalledFiles parse_python_record(std::string_view text, std::string_view directory);

/// installed-files.txt of setuptools: paths alone, relative to the egg-info directory.
InstalledFiles parse_installed_files(std::string_view text, std::string_view directory);

/// `path` as seen from `directory`, normalised: "lib" and "../bin/a" give "bin/a". Empty if it
/// leaves the root.
std::string join_path(std::string_view directory, std::string_view path);

}  // namespace lade::sbom
