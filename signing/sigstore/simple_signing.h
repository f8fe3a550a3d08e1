#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "libimage/oci/digest.h"

namespace lade::signing {

/// What simple signing signs of an image (containers/image, containers-signature(5), "JSON Data
/// Format"): that a manifest is to be known by a name. GPG signatures and cosign's hold it.
struct SimpleSigning {
  static constexpr std::string_view atomic_type = "atomic container signature";
  static constexpr std::string_view cosign_type = "cosign container image signature";
  static constexpr std::size_t size_limit_bytes = std::size_t{4} << 20;

  std::string docker_reference{};  ///< may be empty in cosign's
  Digest manifest_digest;
  std::string type{cosign_type};
  Json optional = Json::object();  ///< unsigned in meaning: who made it, when, what a user added
};

/// Strict: `invalid` for a member of "critical" that is missing, unknown or wrong, and for another
/// type than the two; what "optional" may hold is anybody's, but `creator` is a string and
/// `timestamp` a number.
SimpleSigning parse_simple_signing(std::string_view bytes, std::string_view what);
/// As cosign writes it.
std::string to_bytes(const SimpleSigning& claim);

}  // namespace lade::signing
