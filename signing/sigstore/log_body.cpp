// A log proves that something was logged; that it is the signature at hand which was logged, the
// body of the entry has to say. Each type of body names in its own way three things, and all three
// are held against what came with it: the signature's bytes (an ECDSA key signs the same twice in
// different bytes, and only one of them was logged), the signer's certificate or key, and the hash
// of what was signed.
#include "signing/sigstore/log_body.h"

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/sigstore/proto_json.h"

namespace lade::signing {
namespace {

constexpr std::string_view what = "the log entry";
constexpr std::size_t signatures_limit = 64;

/// What an entry is compared with.
struct Signed {
  const SignedMaterial& material;
  std::string_view signature;
  const Artifact& artifact;
  const SignerKey& signer;
};

MessageHash parse_hash(std::string_view name) {
  if (name == "sha256" || name == "SHA2_256") return MessageHash::sha256;
  if (name == "sha384" || name == "SHA2_384") return MessageHash::sha384;
  if (name == "sha512" || name == "SHA2_512") return MessageHash::sha512;
  fail(ErrorKind::unsupported, "{} is by the hash \"{}\"", what, printable(name));
}

struct LoggedHash {
  MessageHash algorithm;
  std::string bytes;
};

/// {"algorithm": "sha256", "value": hex}
LoggedHash parse_hex_hash(const Json& json) {
  const auto bytes = from_hex(get_string(json, "value", what));
  if (!bytes) fail(ErrorKind::invalid, "{} has a hash that is not hex", what);
  return {.algorithm = parse_hash(get_string(json, "algorithm", what)),
          .bytes = {reinterpret_cast<const char*>(bytes->data()), bytes->size()}};
}

/// {"algorithm": "SHA2_256", "digest": base64}
LoggedHash parse_digest(const Json& json) {
  return {.algorithm = parse_hash(get_string(json, "algorithm", what)),
          .bytes = get_bytes(json, "digest", what)};
}

void require_hash(const LoggedHash& logged, const std::optional<std::string>& wanted,
                  std::string_view of) {
  if (!wanted) {
    fail(ErrorKind::denied, "{} is by {}, and that hash of {} is not known", what,
         to_string(logged.algorithm), of);
  }
  if (logged.bytes != *wanted) {
    fail(ErrorKind::denied,
         "{} is of something else: the hash of {} is {}, it was {} that was logged", what, of,
         hex_of(*wanted), hex_of(logged.bytes));
  }
}

/// The hash of what the signature is over.
void require_signed_hash(const LoggedHash& logged, const Signed& got) {
  if (const Envelope* envelope = got.material.envelope()) {
    require_hash(logged, hash_bytes(logged.algorithm, envelope->signed_bytes()), "the envelope");
  } else {
    require_hash(logged, got.artifact.hash(logged.algorithm), "the artifact");
  }
}

const Envelope& envelope_of(const Signed& got) {
  if (const Envelope* envelope = got.material.envelope()) return *envelope;
  fail(ErrorKind::denied, "{} is of an envelope, and the signature is not in one", what);
}

void require_payload_hash(const LoggedHash& logged, const Signed& got) {
  require_hash(logged, hash_bytes(logged.algorithm, envelope_of(got).payload), "the payload");
}

void require_certificate(const Certificate& logged, const Signed& got) {
  if (got.signer.certificate ? logged == *got.signer.certificate
                             : logged.public_key() == got.signer.key) {
    return;
  }
  fail(ErrorKind::denied, "{} is of a signature by another certificate: {}", what, logged.name());
}

void require_key(const PublicKey& logged, const Signed& got) {
  if (!got.signer.certificate && logged == got.signer.key) return;
  fail(ErrorKind::denied, "{} is of a signature by another key: {}", what, logged.id().str());
}

void require_pem(std::string_view pem, const Signed& got) {
  if (pem.starts_with("-----BEGIN CERTIFICATE-----")) {
    // Rekor keeps what it was sent, a chain at times
    require_certificate(Certificate::parse_pem_chain(pem, what).front(), got);
  } else {
    require_key(PublicKey::parse_pem(pem, what), got);
  }
}

/// Rekor v2's verifier: one of x509Certificate and publicKey.
void require_verifier(const Json& verifier, const Signed& got) {
  if (const Json* certificate = find_object(verifier, "x509Certificate", what)) {
    require_certificate(Certificate::parse_der(get_bytes(*certificate, "rawBytes", what), what),
                        got);
  } else {
    const Json& key = get_object(verifier, "publicKey", what);
    require_key(PublicKey::parse_der(get_bytes(key, "rawBytes", what), what), got);
  }
}

void require_signature(std::string_view logged, const Signed& got) {
  if (logged != got.signature) {
    fail(ErrorKind::denied, "{} is of another signature: {}, not {}", what, hex_of(logged),
         hex_of(got.signature));
  }
}

void hashedrekord_v1(const Json& spec, const Signed& got) {
  const Json& signature = get_object(spec, "signature", what);
  require_signature(get_bytes(signature, "content", what), got);
  require_pem(get_bytes(get_object(signature, "publicKey", what), "content", what), got);
  require_signed_hash(parse_hex_hash(get_object(get_object(spec, "data", what), "hash", what)),
                      got);
}

void hashedrekord_v2(const Json& spec, const Signed& got) {
  const Json& entry = get_object(spec, "hashedRekordV002", what);
  const Json& signature = get_object(entry, "signature", what);
  require_signature(get_bytes(signature, "content", what), got);
  require_verifier(get_object(signature, "verifier", what), got);
  require_signed_hash(parse_digest(get_object(entry, "data", what)), got);
}

/// The logged signature that is the one at hand: found by its bytes, whatever else was logged.
template <class BytesOf>
const Json& find_logged(const Json& owner, const Signed& got, const BytesOf& bytes_of) {
  const Json* logged = find_bounded_array(owner, "signatures", signatures_limit, what);
  std::string other;
  for (std::size_t i = 0; logged != nullptr && i < logged->size(); ++i) {
    other = bytes_of((*logged)[i]);
    if (other == got.signature) return (*logged)[i];
  }
  require_signature(other, got);
  fail(ErrorKind::denied, "{} has no signatures", what);
}

void dsse_v1(const Json& spec, const Signed& got) {
  require_payload_hash(parse_hex_hash(get_object(spec, "payloadHash", what)), got);
  const Json& logged =
      find_logged(spec, got, [](const Json& json) { return get_bytes(json, "signature", what); });
  require_pem(get_bytes(logged, "verifier", what), got);
}

void dsse_v2(const Json& spec, const Signed& got) {
  const Json& entry = get_object(spec, "dsseV002", what);
  require_payload_hash(parse_digest(get_object(entry, "payloadHash", what)), got);
  const Json& logged =
      find_logged(entry, got, [](const Json& json) { return get_bytes(json, "content", what); });
  require_verifier(get_object(logged, "verifier", what), got);
}

/// No signature is in it, so it is the envelope's own bytes that have to be those that were logged.
void intoto_v1(const Json& spec, const Signed& got) {
  const Json& content = get_object(spec, "content", what);
  if (got.material.envelope_bytes.empty()) {
    fail(ErrorKind::denied,
         "{} is of the type intoto 0.0.1, which tells no signature, and the "
         "envelope's bytes are not known as they were logged",
         what);
  }
  const LoggedHash whole = parse_hex_hash(get_object(content, "hash", what));
  require_hash(whole, hash_bytes(whole.algorithm, got.material.envelope_bytes), "the envelope");
  require_payload_hash(parse_hex_hash(get_object(content, "payloadHash", what)), got);
  require_pem(get_bytes(spec, "publicKey", what), got);
}

void intoto_v2(const Json& spec, const Signed& got) {
  const Json& content = get_object(spec, "content", what);
  require_payload_hash(parse_hex_hash(get_object(content, "payloadHash", what)), got);
  // Rekor encodes what is base64 in the envelope already; others keep it as it is
  const Json& logged =
      find_logged(get_object(content, "envelope", what), got, [](const Json& json) {
        std::string bytes = get_bytes(json, "sig", what);
        return from_base64(bytes).value_or(bytes);
      });
  require_pem(get_bytes(logged, "publicKey", what), got);
}

struct Type {
  std::string_view kind;
  std::string_view version;
  void (*require)(const Json& spec, const Signed& got);
};

constexpr Type types[] = {
    {"hashedrekord", "0.0.1", hashedrekord_v1},
    {"hashedrekord", "0.0.2", hashedrekord_v2},
    {"dsse", "0.0.1", dsse_v1},
    {"dsse", "0.0.2", dsse_v2},
    {"intoto", "0.0.1", intoto_v1},
    {"intoto", "0.0.2", intoto_v2},
};

}  // namespace

void require_same(const LogEntry& entry, const SignedMaterial& material, std::string_view signature,
                  const Artifact& artifact, const SignerKey& signer) {
  const Json body = parse_json(entry.body, what);
  const std::string kind = get_string(body, "kind", what);
  const std::string version = get_string(body, "apiVersion", what);
  if (kind != entry.kind || version != entry.version) {
    fail(ErrorKind::denied, "{} is said to be {} {} and is {} {}", what, printable(entry.kind),
         printable(entry.version), printable(kind), printable(version));
  }
  for (const Type& type : types) {
    if (type.kind != kind || type.version != version) continue;
    return type.require(
        get_object(body, "spec", what),
        {.material = material, .signature = signature, .artifact = artifact, .signer = signer});
  }
  fail(ErrorKind::unsupported, "{} is of the type {} {}", what, printable(kind),
       printable(version));
}

}  // namespace lade::signing
