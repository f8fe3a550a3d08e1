#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signing/notation/notary_signature.h"

namespace lade::signing {

/// The names of attributes, in both envelopes.
namespace notary_attribute {
inline constexpr std::string_view scheme = "io.cncf.notary.signingScheme";
inline constexpr std::string_view signing_time = "io.cncf.notary.signingTime";
inline constexpr std::string_view authentic_time = "io.cncf.notary.authenticSigningTime";
inline constexpr std::string_view expiry = "io.cncf.notary.expiry";
inline constexpr std::string_view plugin = "io.cncf.notary.verificationPlugin";
inline constexpr std::string_view plugin_version = "io.cncf.notary.verificationPluginMinVersion";
inline constexpr std::string_view timestamp = "io.cncf.notary.timestampSignature";
inline constexpr std::string_view agent = "io.cncf.notary.signingAgent";
}  // namespace notary_attribute

/// What is signed beside the payload (signature-specification.md, "Signed Attributes"), read from
/// whichever envelope, not yet held against the rules.
struct NotaryAttributes {
  std::string content_type{};
  std::string scheme{};
  std::vector<std::string> critical{};
  std::optional<Timestamp> signing_time{};
  std::optional<Timestamp> authentic_time{};
  std::optional<Timestamp> expiry{};
  bool wants_plugin = false;
};

/// Holds them against the rules and puts them into a signature. `invalid` or `unsupported`.
void take_attributes(NotarySignature& signature, const NotaryAttributes& attributes,
                     std::string_view what);

}  // namespace lade::signing
