#include "cmd/signing_keys.h"

#include "cmd/prompt.h"
#include "cmd/secret_input.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/keys/pem.h"
#include "signing/keys/token_key.h"

namespace lade::cmd {
namespace {

using signing::TokenUri;

constexpr std::string_view environment_scheme = "env://";

Secret read_key_text(const Session& session, const std::string& reference) {
  if (reference.starts_with(environment_scheme)) {
    const std::string name = reference.substr(environment_scheme.size());
    auto text = session.secret_variable(name);
    if (!text) fail(ErrorKind::not_found, "there is no key: {} is not set", printable(name));
    return std::move(*text);
  }
  const auto scheme = reference.find("://");
  if (scheme != std::string::npos) {
    fail(ErrorKind::unsupported, "Lade takes keys from files, env:// and pkcs11:, not from {}://",
         printable(reference.substr(0, scheme)));
  }
  try {
    return read_secret_file(reference, signing::key_text_limit_bytes);
  } catch (Error& error) {
    error.add_context("cannot read the key");
    throw;
  }
}

signing::PassphraseSource source_of(const Session& session, const KeyFlags& flags) {
  return [&session, flags] {
    return passphrase_to_open(session, flags.passphrase, printable(flags.reference));
  };
}

/// Where nobody can be asked, the passphrase may be none: that of a key made with --no-passphrase.
template <class Open>
auto open_with_passphrase(const Session& session, const KeyFlags& flags, const Open& open) {
  if (!is_unattended(session, flags.passphrase)) return open(source_of(session, flags));
  try {
    return open([] { return Secret(); });
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) throw;
    fail_unattended();
  }
}

signing::PrivateKey read_private_key(const Session& session, const KeyFlags& flags,
                                     const signing::PassphraseSource& passphrase) {
  const Secret text = read_key_text(session, flags.reference);
  return signing::PrivateKey::parse_pem(text.reveal(), printable(flags.reference), passphrase);
}

Secret pin_of(const Session& session, const KeyFlags& flags, const TokenUri& uri) {
  if (auto given = find_passphrase(flags.passphrase)) return std::move(*given);
  if (uri.pin_source) {
    std::string_view path = *uri.pin_source;
    if (path.starts_with("file:")) path.remove_prefix(std::string_view("file:").size());
    if (path.starts_with("//")) path.remove_prefix(std::string_view("//").size());
    if (path.starts_with('|')) {
      fail(ErrorKind::unsupported, "pin-source names a program; Lade reads PINs from files alone");
    }
    return read_secret_line_of_file(std::string(path));
  }
  for (const char* name : {"LADE_PKCS11_PIN", "COSIGN_PKCS11_PIN"}) {
    if (auto given = session.secret_variable(name)) return std::move(*given);
  }
  return ask_secret(fmt::format("PIN of {}: ", uri.str()),
                    "give pin-source, --passphrase-file or LADE_PKCS11_PIN");
}

signing::TokenKey open_token_key(const Session& session, const KeyFlags& flags) {
  const TokenUri uri = TokenUri::parse(flags.reference);
  std::string module = flags.pkcs11_module;
  for (const char* name : {"LADE_PKCS11_MODULE_PATH", "COSIGN_PKCS11_MODULE_PATH"}) {
    if (module.empty()) module = session.variable(name).value_or("");
  }
  return signing::TokenKey::open(uri, module, [&] { return pin_of(session, flags, uri); });
}

}  // namespace

CLI::Option* KeyFlags::add_to(CLI::App& app, const std::string& help, const std::string& prefix) {
  passphrase.add_to(app, prefix);
  app.add_option("--" + prefix + "pkcs11-module", pkcs11_module,
                 "The PKCS#11 module of pkcs11: keys that name none (LADE_PKCS11_MODULE_PATH)")
      ->type_name("FILE");
  return app.add_option("--" + prefix + "key", reference, help)
      ->type_name("FILE|env://NAME|pkcs11:…")
      ->check(not_empty());
}

CLI::Validator not_empty() {
  return {[](const std::string& value) {
            return std::string(value.empty() ? "is empty: no value was given" : "");
          },
          ""};
}

std::unique_ptr<signing::Signer> open_signer(const Session& session, const KeyFlags& flags) {
  hide_memory();
  if (TokenUri::is_one(flags.reference)) {
    return std::make_unique<signing::TokenKey>(open_token_key(session, flags));
  }
  return open_with_passphrase(session, flags, [&](const signing::PassphraseSource& passphrase) {
    return std::make_unique<signing::PrivateKey>(read_private_key(session, flags, passphrase));
  });
}

ReprotectedKey open_to_reprotect(const Session& session, const KeyFlags& flags,
                                 const PassphraseFlags& fresh) {
  hide_memory();
  if (TokenUri::is_one(flags.reference)) {
    fail(ErrorKind::unsupported, "{} is on a token, which does not give keys away",
         TokenUri::parse(flags.reference).str());
  }
  Secret opener;
  const auto open = [&](const signing::PassphraseSource& passphrase) {
    return read_private_key(session, flags, [&] {
      opener = passphrase();
      return opener;
    });
  };
  signing::PrivateKey key = open_with_passphrase(session, flags, open);
  if (!fresh.is_silent()) return {std::move(key), passphrase_to_protect(session, fresh)};
  if (!opener.empty()) return {std::move(key), std::move(opener)};
  return {std::move(key), passphrase_to_protect(session, flags.passphrase)};
}

OpenedKey open_public_key(const Session& session, const KeyFlags& flags) {
  if (TokenUri::is_one(flags.reference)) {
    hide_memory();
    return {open_token_key(session, flags).public_key(), "token"};
  }
  const Secret text = read_key_text(session, flags.reference);
  // not for public keys: who checks signatures before a build needs /proc/self to be its own
  if (text.reveal().find("PRIVATE KEY") != std::string_view::npos) hide_memory();
  const signing::FoundKey found =
      open_with_passphrase(session, flags, [&](const signing::PassphraseSource& passphrase) {
        return signing::find_public_key(text.reveal(), printable(flags.reference), passphrase);
      });
  return {found.key, std::string(to_string(found.source))};
}

}  // namespace lade::cmd
