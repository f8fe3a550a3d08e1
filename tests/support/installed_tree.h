#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "sbom/catalog/dispatch.h"
#include "tests/support/tar_builder.h"

namespace lade::sbom {

/// A layer of what lies in the directory `from` of this machine, under the path it has here; of its
/// files only those that a cataloger wants have contents.
inline void add_tree(TarBuilder& tar, const std::filesystem::path& from, const Dispatch& dispatch) {
  namespace fs = std::filesystem;
  for (const auto& item : fs::recursive_directory_iterator(from)) {
    const std::string path = item.path().relative_path().string();
    if (item.is_symlink()) {
      tar.symlink(path, fs::read_symlink(item.path()).string());
    } else if (item.is_directory()) {
      tar.dir(path);
    } else if (item.is_regular_file() && !dispatch.of_path(path, item.file_size()).empty()) {
      std::ifstream file(item.path(), std::ios::binary);
      tar.file(path, std::string(std::istreambuf_iterator<char>(file), {}));
    }
  }
}

/// What a shell command prints; nothing if it fails.
inline std::optional<std::string> output_of(const std::string& command) {
  std::FILE* const pipe = popen(("( " + command + " ) 2>/dev/null").c_str(), "re");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 65536> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), count);
  }
  if (pclose(pipe) != 0) return std::nullopt;
  return text;
}

}  // namespace lade::sbom
