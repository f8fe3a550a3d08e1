#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/temp_dir.h"
#include "libimage/base/time.h"

namespace lade::signing {

/// What a good OpenPGP message says, and who signed it. Fingerprints are of upper-case hex digits.
struct VerifiedMessage {
  std::string payload{};
  std::string fingerprint{};          ///< of the key that signed, which may be a subkey
  std::string primary_fingerprint{};  ///< of the key that it belongs to, or of itself
  Timestamp signed_at{};
};

/// Public keys that are trusted, and no others: in a home directory of gpg's of their own, which is
/// removed at the end. The user's keys and settings are not looked at, and nothing is fetched.
class GpgKeyring {
 public:
  static constexpr std::size_t message_limit_bytes = std::size_t{4} << 20;
  static constexpr std::size_t keys_limit_bytes = std::size_t{16} << 20;

  /// Each text is a key ring as `gpg --export` writes it, armored or not. `invalid` names what of
  /// them cannot be read, or that there is no key; `unsupported` if there is no program gpg.
  GpgKeyring(std::span<const std::string> key_rings, const std::string& temporary_directory);

  /// Primary keys, in order of appearance.
  const std::vector<std::string>& fingerprints() const { return fingerprints_; }

  /// Checks a signed message with its payload (containers-signature(5), "OpenPGP signature
  /// verification"; RFC 4880, 11.3): binary, with one signature by one of the keys, neither of them
  /// expired or revoked. `invalid` for what is no such message, `denied` with the reason for a
  /// signature that is not good.
  VerifiedMessage verify(std::string_view message, std::string_view what) const;

 private:
  void import(const std::string& key_ring);
  /// The key that a key or subkey belongs to; nothing if it is none of these.
  std::optional<std::string> find_primary(const std::string& fingerprint) const;

  TempDir home_;
  std::vector<std::string> fingerprints_;
};

}  // namespace lade::signing
