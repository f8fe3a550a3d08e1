#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "libimage/base/secret.h"

/// From passphrases to keys.
namespace lade::signing {

/// Asked once, and only if a key is encrypted or a token wants a PIN.
using PassphraseSource = std::function<Secret()>;

/// What a stranger's file may cost whoever opens it: it names the parameters itself.
struct UnlockLimits {
  std::uint64_t scrypt_memory_bytes = 256U << 20U;
  std::uint64_t scrypt_work = 1U << 22U;  ///< N·r·p; cosign's is 2^19, half a second
  std::int64_t pbkdf2_iterations = 10'000'000;
};

/// Parameters of scrypt (RFC 7914, 2).
struct ScryptCost {
  std::uint64_t n = 65536;
  std::uint64_t r = 8;
  std::uint64_t p = 1;

  bool operator==(const ScryptCost&) const = default;
};

/// `unsupported` for parameters that no one may choose or that are beyond the limits.
void require_bearable(const ScryptCost& cost, const UnlockLimits& limits, std::string_view what);
/// `size_bytes` of key.
Secret derive_by_scrypt(const Secret& passphrase, std::string_view salt, const ScryptCost& cost,
                        std::size_t size_bytes);

/// `invalid`, naming `what`, if there is nobody to ask.
Secret ask_passphrase(const PassphraseSource& source, std::string_view what);

}  // namespace lade::signing
