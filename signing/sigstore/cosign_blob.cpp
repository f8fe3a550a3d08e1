#include "signing/sigstore/cosign_blob.h"

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_signature.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::string_view pem_begins = "-----BEGIN ";

std::string pem_of(std::string_view text, std::string_view what) {
  const std::string_view trimmed = trim(text);
  if (trimmed.starts_with(pem_begins)) return std::string(trimmed);
  const auto decoded = from_base64(trimmed);
  if (!decoded || !trim(*decoded).starts_with(pem_begins)) {
    fail(ErrorKind::invalid, "{} is neither PEM nor base64 of PEM", what);
  }
  return *decoded;
}

SignedMaterial parse_old_bundle(const Json& json, std::string_view what) {
  SignedMaterial material{.content =
                              MessageSignature{.bytes = get_bytes(json, "base64Signature", what)}};
  const std::string signer = find_string(json, "cert", what).value_or("");
  // a public key may stand there as well; which keys are believed is not the signature's to say
  if (!signer.empty() && pem_of(signer, what).starts_with("-----BEGIN CERTIFICATE-----")) {
    material.certificates = parse_certificate_file(signer, what);
  }
  if (const Json* entry = find_object(json, "rekorBundle", what)) {
    material.entries.push_back(parse_rekor_bundle(*entry, what));
  }
  return material;
}

}  // namespace

SignedMaterial parse_blob_bundle(std::string_view bytes, std::string_view what) {
  if (bytes.size() > Bundle::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; bundles of more than {} are not read", what,
         bytes.size(), Bundle::size_limit_bytes);
  }
  const Json json = parse_json(bytes, what);
  if (find_member(json, "base64Signature", what) != nullptr) return parse_old_bundle(json, what);
  return bundle_of(json, what).material;
}

std::string parse_detached_signature(std::string_view bytes, std::string_view what) {
  if (auto decoded = from_base64(trim(bytes)); decoded && !decoded->empty()) {
    return std::move(*decoded);
  }
  if (bytes.empty()) fail(ErrorKind::invalid, "{} is empty", what);
  return std::string(bytes);
}

std::vector<Certificate> parse_certificate_file(std::string_view bytes, std::string_view what) {
  return Certificate::parse_pem_chain(pem_of(bytes, what), what);
}

}  // namespace lade::signing
