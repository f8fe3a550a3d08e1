#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/reference.h"
#include "signing/policy/policy.h"

namespace lade::signing {

/// What a policy knows an image by (containers-policy.json(5), "Supported transports and their
/// scopes").
struct PolicySubject {
  std::string transport{};            ///< "docker", "dir"…
  std::vector<std::string> scopes{};  ///< that it belongs to, the most exact first
  /// Of an image that has a name such as Docker's, which identities are compared with.
  std::optional<Reference> reference{};
};

/// An image that is named by a reference in a registry, a daemon or a store; "latest" is added, and
/// of tag and digest the digest counts.
PolicySubject named_subject(std::string transport, const Reference& reference);
/// An image of a file or directory (`dir`, `oci`, `oci-archive`): `path` is absolute, without
/// symlinks, "." and "..".
PolicySubject path_subject(std::string transport, std::string_view path);
/// An image of a store of podman's: `driver` and `root` are where ("overlay",
/// "/var/lib/containers/storage"), `reference` and `image_id` what it was asked for by, one at
/// least.
PolicySubject storage_subject(std::string_view driver, std::string_view root,
                              const std::optional<Reference>& reference, std::string_view image_id);
/// Whatever has the transport's default alone (`docker-archive`, `tarball`, image ids of a daemon).
PolicySubject plain_subject(std::string transport);

/// The requirements that count, and where they stand.
struct FoundRequirements {
  const Requirements* requirements = nullptr;
  bool is_transports = true;  ///< false: the policy's default
  std::string scope{};        ///< empty: the default of the transport, or of the policy
};

/// Lade's own store holds what was judged when it came: a policy that says nothing of the transport
/// "store" accepts what is there, whatever its default.
FoundRequirements find_requirements(const Policy& policy, const PolicySubject& subject);

/// Why a scope cannot stand in a policy, or nothing. Transports that nobody knows have any.
std::optional<std::string> scope_objection(std::string_view transport, std::string_view scope);
/// Whether the transport is one that the manual page has, or Lade.
bool is_policy_transport(std::string_view transport);

}  // namespace lade::signing
