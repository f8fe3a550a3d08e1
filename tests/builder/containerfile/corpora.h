#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace lade::containerfile {

/// The folder of Containerfile corpora, if it is there.
inline std::optional<std::filesystem::path> find_corpora() {
  const char* from_environment = std::getenv("LADE_CORPORA");
  const std::filesystem::path folder =
      std::filesystem::path(from_environment ? from_environment : LADE_CORPORA_DEFAULT) /
      "containerfile";
  if (!std::filesystem::is_directory(folder)) return std::nullopt;
  return folder;
}

}  // namespace lade::containerfile
