#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "cmd/passphrase_flags.h"
#include "cmd/session.h"
#include "signing/keys/key_text.h"
#include "signing/keys/private_key.h"

namespace lade::cmd {

/// `--key REF` and what goes with it. REF is a file, `env://NAME` for what a variable holds, or a
/// `pkcs11:` URI.
struct KeyFlags {
  std::string reference{};
  PassphraseFlags passphrase{};
  std::string pkcs11_module{};

  /// --key, which `help` explains, --passphrase-… and --pkcs11-module, each with `prefix` ("sign-")
  /// before its name.
  CLI::Option* add_to(CLI::App& app, const std::string& help, const std::string& prefix = "");
  /// None of them was given.
  bool is_silent() const {
    return reference.empty() && passphrase.is_silent() && pkcs11_module.empty();
  }
};

/// Refuses an empty value: a variable of a job that is not set must not change who signs.
CLI::Validator not_empty();

/// Whatever signs with that key. From here on the process leaves no core dump.
std::unique_ptr<signing::Signer> open_signer(const Session& session, const KeyFlags& flags);

/// A private key that is to be written again, and what is to protect it.
struct ReprotectedKey {
  signing::PrivateKey key;
  Secret passphrase;
};
/// `fresh` names the new passphrase; if it is silent, that which opened the key stays, and a key
/// that had none gets one. `unsupported` for a key on a token, which keeps it.
ReprotectedKey open_to_reprotect(const Session& session, const KeyFlags& flags,
                                 const PassphraseFlags& fresh);

/// A public key and where it stands: in a PEM text, a certificate, or as half of a private key.
struct OpenedKey {
  signing::PublicKey key;
  std::string source;  ///< "public key", "certificate", "private key", "token"
};
OpenedKey open_public_key(const Session& session, const KeyFlags& flags);

}  // namespace lade::cmd
