#pragma once

#include <string>
#include <string_view>

#include "libimage/base/secret.h"
#include "signing/keys/openssl.h"

/// PEM (RFC 7468) of what may be secret: no copy of it outlives its use.
namespace lade::signing {

/// What passes for a text with a key in it. An RSA key of 16384 bits takes 13 KiB.
inline constexpr std::size_t key_text_limit_bytes = 64U << 10U;

struct PemBlock {
  std::string label;   ///< "PRIVATE KEY"
  std::string header;  ///< RFC 1421's lines of encrypted keys; mostly empty
  Secret bytes;        ///< decoded
};

/// The first block; "EC PARAMETERS", which `openssl ecparam` writes before a key, is passed over.
/// `invalid` if there is none, or the text is too long for a key.
PemBlock read_pem_block(std::string_view text, std::string_view what);
/// One block, in lines of 64 characters.
std::string write_pem_block(const std::string& label, std::string_view bytes);

/// A memory BIO that is overwritten when it goes.
Bio secret_bio();
Secret secret_of(BIO& memory);

}  // namespace lade::signing
