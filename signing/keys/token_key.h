#pragma once

#include <memory>
#include <string>

#include "signing/keys/passphrase.h"
#include "signing/keys/signer.h"
#include "signing/keys/token_uri.h"

namespace lade::signing {

/// A key that a token keeps (a smart card, an HSM), reached through its PKCS#11 module. RSA and
/// ECDSA.
class TokenKey final : public Signer {
 public:
  /// Loads the module of the URI, else `module_path`, and logs in with the URI's PIN, else with
  /// what `pin` says, if the token wants that. `invalid` if no module is named, `not_found` for one
  /// that is not there and for a token or key that is not, `conflict` if the URI fits several,
  /// `denied` for a PIN that is wrong, `unavailable` if the module fails.
  static TokenKey open(const TokenUri& uri, const std::string& module_path,
                       const PassphraseSource& pin);
  TokenKey(TokenKey&&) noexcept;
  TokenKey& operator=(TokenKey&&) = delete;
  ~TokenKey() override;

  const PublicKey& public_key() const override { return public_key_; }
  using Signer::sign;
  std::string sign(std::string_view message, const SignatureScheme& scheme) override;
  std::string sign_hash(std::string_view hash, const SignatureScheme& scheme) override;

 private:
  class Connection;
  explicit TokenKey(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
  PublicKey public_key_;
};

}  // namespace lade::signing
