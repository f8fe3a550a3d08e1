#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lade::builder {

/// Whom a process runs as, in numbers of the container.
struct ResolvedUser {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::vector<std::uint32_t> supplementary;  ///< sorted, without `gid`
  std::string home = "/";
};

/// Resolves a USER value, `user[:group]` with names or numbers, against the texts of the image's
/// /etc/passwd and /etc/group (empty if the image has none).
///
/// What is left out, is uid 0 or the user's own group: ":app" is uid 0 in the group app, "app:" is
/// "app" (buildah and BuildKit read them so). A number need not be in the file; it then has gid 0,
/// no supplementary groups and home "/". Naming a group leaves the process no other group. Lines
/// that do not parse are passed over, as the C library does. Throws `not_found` for a name that is
/// not in its file, `invalid` for more than two parts or a number above 2^32 - 2 (image-spec 1.1,
/// config.md, "User").
ResolvedUser resolve_user(std::string_view user, std::string_view passwd, std::string_view group);

/// Numeric owner of files.
struct FileOwner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// Resolves a --chown, which reads as USER does but for a lone number: that is the group as well,
/// whatever /etc/passwd says (Dockerfile reference, "COPY --chown").
FileOwner resolve_owner(std::string_view owner, std::string_view passwd, std::string_view group);

}  // namespace lade::builder
