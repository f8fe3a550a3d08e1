#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/config/registries.h"

namespace lade::registry {

inline constexpr std::uint64_t registries_file_limit_bytes = 1U << 20U;

/// What one file says; nothing where it is silent.
struct RegistriesFile {
  std::vector<RegistryEntry> registries;
  std::optional<std::vector<std::string>> search_registries;
  std::string search_origin;
  std::optional<std::vector<std::string>> credential_helpers;
  std::optional<ShortNameMode> short_name_mode;
  std::map<std::string, std::optional<ShortNameAlias>> aliases;  ///< nothing: erase it
  std::vector<std::string> warnings;
};

/// Whether the old form may be read, too.
enum class RegistriesVersion { any, two };

/// Checks everything that one file can have wrong: types, values, locations, aliases, and two
/// registries of one location that disagree about `insecure` or `blocked`. Throws `invalid`.
RegistriesFile parse_registries_file(std::string_view text, const std::string& path,
                                     RegistriesVersion version = RegistriesVersion::any);

/// Whether the first part of an image name cannot be a registry: "busybox", "library/busybox".
/// Tag and digest make no difference.
bool is_short_name(std::string_view text);

}  // namespace lade::registry
