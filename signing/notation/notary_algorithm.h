#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "signing/keys/signer.h"

namespace lade::signing {

/// How Notary Project signatures are made (signature-specification.md, "Signature Algorithm
/// Requirements"): RSASSA-PSS, or ECDSA on the curve that goes with the hash.
enum class NotaryAlgorithm : unsigned char { ps256, ps384, ps512, es256, es384, es512 };

/// "PS256"… as JWS names them (RFC 7518, 3.1).
std::string_view to_string(NotaryAlgorithm algorithm);
std::optional<NotaryAlgorithm> find_notary_algorithm(std::string_view name);

/// The one algorithm that a key may sign with ("Algorithm Selection"). `unsupported` for a key that
/// has none: Ed25519, or RSA of other sizes than 2048, 3072 and 4096 bits.
NotaryAlgorithm notary_algorithm_of(const PublicKey& key);

/// False for a signature that is wrong or malformed. ECDSA signatures are both numbers, each as
/// long as the field (RFC 7518, 3.4).
bool verifies(const PublicKey& key, NotaryAlgorithm algorithm, std::string_view message,
              std::string_view signature);
/// By the algorithm of the key.
std::string sign_for_notary(Signer& signer, std::string_view message);

}  // namespace lade::signing
