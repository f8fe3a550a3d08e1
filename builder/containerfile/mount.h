#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace lade::containerfile {

enum class MountType { bind, cache, tmpfs, secret, ssh };
enum class CacheSharing { shared, private_copy, locked };

std::string_view to_string(MountType type);
std::string_view to_string(CacheSharing sharing);

/// One `RUN --mount=key=value,…`.
struct Mount {
  MountType type = MountType::bind;
  std::string target;
  std::string source;
  std::string from;  ///< a stage or an image
  std::string id;
  std::optional<CacheSharing> sharing;
  bool read_only = true;  ///< unless given: false for cache and tmpfs
  bool required = false;
  std::optional<std::uint32_t> mode;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint32_t> gid;
  std::optional<std::uint64_t> size_bytes;  ///< tmpfs
  std::optional<std::string> env;           ///< secret: the variable that holds it
  std::string raw;                          ///< as written, for `parse_mount` with an expansion
  bool deferred = false;  ///< `raw` has variables, so only `from` is known before they are
};

/// What is done to each value before it is read.
using ExpandValue = std::function<std::string(std::string_view)>;

/// Reads the value of a `--mount`. Without `expand`, one with a variable in it is only checked for
/// its keys, and left `deferred`. Throws `invalid` for unknown keys and types, values out of range,
/// and keys that the type of mount does not have; the message does not say where.
Mount parse_mount(std::string_view text, const ExpandValue& expand = nullptr);

}  // namespace lade::containerfile
