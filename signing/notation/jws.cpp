#include "signing/notation/jws.h"

#include <algorithm>
#include <array>

#include "libimage/base/base64.h"
#include "libimage/base/base64url.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "signing/notation/certificate_rules.h"
#include "signing/notation/notary_attributes.h"

namespace lade::signing {
namespace {

std::string decoded(const std::string& text, std::string_view key, std::string_view what) {
  auto bytes = from_base64url(text);
  if (!bytes || bytes->empty()) {
    fail(ErrorKind::invalid, "{}: {} is not base64url of anything", what, key);
  }
  return std::move(*bytes);
}

std::optional<Timestamp> find_time(const Json& header, std::string_view key,
                                   std::string_view what) {
  const auto text = find_string(header, key, what);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time) {
    fail(ErrorKind::invalid, "{}: {} is \"{}\", no RFC 3339 time", what, key, printable(*text));
  }
  return time;
}

void read_protected(NotarySignature& signature, const Json& header, std::string_view what) {
  const std::string name = get_string(header, "alg", what);
  const auto algorithm = find_notary_algorithm(name);
  if (!algorithm) {
    fail(ErrorKind::unsupported, "{}: the algorithm {} is none of Notary Project signatures", what,
         printable(name));
  }
  signature.algorithm = *algorithm;
  NotaryAttributes attributes{.content_type = get_string(header, "cty", what),
                              .scheme = get_string(header, notary_attribute::scheme, what),
                              .critical = find_strings(header, "crit", what)};
  attributes.signing_time = find_time(header, notary_attribute::signing_time, what);
  attributes.authentic_time = find_time(header, notary_attribute::authentic_time, what);
  attributes.expiry = find_time(header, notary_attribute::expiry, what);
  attributes.wants_plugin = find_member(header, notary_attribute::plugin, what) != nullptr ||
                            find_member(header, notary_attribute::plugin_version, what) != nullptr;
  take_attributes(signature, attributes, what);
}

void read_unprotected(NotarySignature& signature, const Json& header, std::string_view what) {
  const std::vector<std::string> chain = find_strings(header, "x5c", what);
  if (chain.empty() || chain.size() > NotarySignature::certificates_limit) {
    fail(ErrorKind::invalid, "{} holds {} certificates; wanted 1 to {}", what, chain.size(),
         NotarySignature::certificates_limit);
  }
  for (const std::string& text : chain) {
    const auto der = from_base64(text);
    if (!der) fail(ErrorKind::invalid, "{}: x5c is not base64", what);
    signature.certificates.push_back(Certificate::parse_der(*der, what));
  }
  if (const auto text = find_string(header, notary_attribute::timestamp, what)) {
    const auto token = from_base64(*text);
    if (!token) fail(ErrorKind::invalid, "{}: its timestamp is not base64", what);
    signature.timestamp_token = *token;
  }
  signature.signing_agent = find_string(header, notary_attribute::agent, what).value_or("");
}

void require_members(const Json& envelope, std::string_view what) {
  constexpr std::array<std::string_view, 4> known = {"payload", "protected", "header", "signature"};
  if (!envelope.is_object()) fail(ErrorKind::invalid, "{} is no JSON object", what);
  for (const auto& [key, value] : envelope.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      fail(ErrorKind::invalid, "{} has a member {}, which no envelope has", what, printable(key));
    }
  }
}

std::string protected_header(const Signer& signer, const JwsOptions& options) {
  // whole seconds, as the specification wants them
  const auto text = [](Timestamp time) { return to_rfc3339({.seconds = time.seconds}); };
  Json header = Json::object();
  header["alg"] = to_string(notary_algorithm_of(signer.public_key()));
  header["crit"] = Json::array({notary_attribute::scheme});
  header["cty"] = NotarySignature::payload_type;
  if (options.expiry) {
    header["crit"].push_back(notary_attribute::expiry);
    header[std::string(notary_attribute::expiry)] = text(*options.expiry);
  }
  header[std::string(notary_attribute::scheme)] = to_string(NotaryScheme::x509);
  header[std::string(notary_attribute::signing_time)] = text(options.now);
  return to_compact(header);
}

void require_signer(const Signer& signer, const JwsOptions& options) {
  try {
    require_signing_chain(options.certificates);
    require_valid_at(options.certificates, options.now);
  } catch (const Error& error) {
    fail(ErrorKind::invalid, "cannot sign with these certificates: {}", error.message());
  }
  if (!(options.certificates.front().public_key() == signer.public_key())) {
    fail(ErrorKind::invalid, "cannot sign: the first certificate, {}, is not one of the key {}",
         options.certificates.front().name(), signer.public_key().id().str());
  }
}

}  // namespace

NotarySignature parse_jws(std::string_view bytes, std::string_view what) {
  if (bytes.size() > NotarySignature::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {}", what, bytes.size(),
         NotarySignature::size_limit_bytes);
  }
  const Json envelope = parse_json(bytes, what);
  require_members(envelope, what);
  const std::string payload = get_string(envelope, "payload", what);
  const std::string header = get_string(envelope, "protected", what);
  NotarySignature signature;
  signature.payload = decoded(payload, "payload", what);
  signature.signature = decoded(get_string(envelope, "signature", what), "signature", what);
  signature.signed_bytes = header + "." + payload;
  read_protected(signature, parse_json(decoded(header, "protected", what), what), what);
  const Json* unprotected = find_object(envelope, "header", what);
  if (unprotected == nullptr) fail(ErrorKind::invalid, "{} has no header", what);
  read_unprotected(signature, *unprotected, what);
  return signature;
}

std::string seal_jws(std::string_view payload, Signer& signer, const JwsOptions& options) {
  require_signer(signer, options);
  Json envelope = Json::object();
  const std::string encoded = to_base64url(payload);
  const std::string header = to_base64url(protected_header(signer, options));
  envelope["payload"] = encoded;
  envelope["protected"] = header;
  Json& unprotected = envelope["header"] = Json::object();
  unprotected["x5c"] = Json::array();
  for (const Certificate& certificate : options.certificates) {
    unprotected["x5c"].push_back(to_base64(certificate.der()));
  }
  if (!options.signing_agent.empty()) {
    unprotected[std::string(notary_attribute::agent)] = options.signing_agent;
  }
  envelope["signature"] = to_base64url(sign_for_notary(signer, header + "." + encoded));
  return to_compact(envelope);
}

}  // namespace lade::signing
