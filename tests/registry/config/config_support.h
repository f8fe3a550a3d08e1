#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "libimage/base/file.h"
#include "registry/config/registries.h"
#include "registry/config/registries_file.h"

namespace lade::registry {

/// The registries.conf files of other projects; empty where they are not at hand.
inline std::string registries_corpus() {
  const char* given = std::getenv("LADE_CORPORA");
  const std::string path =
      std::string(given != nullptr ? given : LADE_CORPORA_DEFAULT) + "/registries";
  return file_exists(path) ? path : std::string();
}

/// A configuration of one text, as if it were the file "test.conf".
inline RegistriesConfig config_of(std::string_view text, const std::string& directory) {
  write_file_atomic(directory + "/test.conf", text);
  return load_registries({.main = directory + "/test.conf"});
}

}  // namespace lade::registry
