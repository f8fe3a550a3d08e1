#pragma once

#include <memory>
#include <optional>
#include <string>

#include "libimage/oci/descriptor.h"
#include "libimage/stream/source.h"
#include "registry/client/repository.h"

namespace lade::registry {

/// The size of a blob that the repository has, by HEAD; nothing if it has none. 0 if not told.
std::optional<std::uint64_t> find_blob(const Repository& repository, const Digest& digest);

/// A blob's bytes from `first_byte` on, not verified. Carries on where a connection broke;
/// `not_found` if the repository does not have it (distribution-spec 1.1, "Pulling blobs").
std::unique_ptr<Source> open_blob(const Repository& repository, const Descriptor& descriptor,
                                  std::uint64_t first_byte = 0);

/// The bytes of a blob from one of the URLs its descriptor names, without any credentials;
/// `not_found` if none of them has it.
std::unique_ptr<Source> open_foreign_blob(HttpClient& http, const Descriptor& descriptor,
                                          std::uint64_t first_byte = 0);

/// Makes a blob of another repository of the same registry one of this one, without moving a byte.
/// False if the registry would rather have it uploaded ("Mounting a blob from another repository").
bool mount_blob(const Repository& repository, const Digest& digest, const Reference& from);

}  // namespace lade::registry
