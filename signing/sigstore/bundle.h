#pragma once

#include <string>
#include <string_view>

#include "libimage/base/json.h"
#include "signing/sigstore/signed_material.h"

namespace lade::signing {

/// A Sigstore bundle (protobuf-specs, sigstore_bundle.proto): a signature with all that it takes to
/// check it without a network.
struct Bundle {
  enum class Version : unsigned char { v0_1, v0_2, v0_3 };

  static constexpr std::string_view type_v0_3 = "application/vnd.dev.sigstore.bundle.v0.3+json";
  static constexpr std::size_t size_limit_bytes = std::size_t{16} << 20;

  Version version = Version::v0_3;
  SignedMaterial material{};
};

/// `invalid` says what of `what` is missing or wrong, `unsupported` names a media type that is none
/// of the three versions'. What a version demands is demanded here: 0.1 a promise (SET) of every
/// log entry, the others a proof with a checkpoint, 0.3 one certificate and no chain. A chain holds
/// no self-signed certificate and at most 10.
Bundle parse_bundle(std::string_view bytes, std::string_view what);
/// The same of JSON that was parsed already.
Bundle bundle_of(const Json& json, std::string_view what);
/// A log entry as bundles of version 0.3 hold it, which is how Rekor v2 answers, too: `invalid` for
/// one without a proof and its checkpoint.
LogEntry log_entry_of(const Json& json, std::string_view what);
/// Of version 0.3, whatever it was before: `invalid` if it has more than one certificate or a log
/// entry without a proof.
Json to_json(const Bundle& bundle);
/// The same as bytes, which `parse_bundle` reads: `invalid` if it would not.
std::string to_text(const Bundle& bundle);

}  // namespace lade::signing
