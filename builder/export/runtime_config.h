#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "builder/sandbox/userdb.h"
#include "libimage/base/json.h"
#include "libimage/oci/config.h"

namespace lade::builder {

/// An ordinary user, for whom a container has one user and one group.
struct RootlessUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

struct RuntimeOptions {
  ResolvedUser user{};  ///< `config.user`, resolved against the image's files
  std::string hostname = "lade";
  std::optional<RootlessUser> rootless{};
};

/// The config.json of a bundle whose root file system is in "rootfs" (runtime-spec 1.0.2,
/// config.md; image-spec 1.1, conversion.md). Without a command in the image it runs "sh". A
/// rootless one runs as uid 0, which is the user outside, whatever the image says.
Json runtime_config(const ImageConfig& image, const RuntimeOptions& options);

}  // namespace lade::builder
