#include "cmd/key_command.h"
#include "cmd/key_files.h"
#include "cmd/secret_input.h"
#include "cmd/signing_keys.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using signing::KeyKind;
using signing::PrivateKey;

struct KeyType {
  std::string_view name;
  KeyKind kind;
  int rsa_bits = 0;
};

constexpr KeyType key_types[] = {
    {"ecdsa-p256", KeyKind::ecdsa_p256}, {"ecdsa-p384", KeyKind::ecdsa_p384},
    {"ecdsa-p521", KeyKind::ecdsa_p521}, {"ed25519", KeyKind::ed25519},
    {"rsa-2048", KeyKind::rsa, 2048},    {"rsa-3072", KeyKind::rsa, 3072},
    {"rsa-4096", KeyKind::rsa, 4096}};

const KeyType& parse_key_type(const std::string& text) {
  std::string all;
  for (const KeyType& type : key_types) {
    if (type.name == text) return type;
    all += fmt::format("{}{}", all.empty() ? "" : ", ", type.name);
  }
  fail(ErrorKind::invalid, "--type must be one of {}, got \"{}\"", all, printable(text));
}

/// Where a pair of keys goes, and how.
struct PairFlags {
  std::string prefix = "lade";
  std::string form = "cosign";
  bool force = false;

  void add_to(CLI::App& app) {
    app.add_option("--output-key-prefix", prefix, "Write PREFIX.key and PREFIX.pub")
        ->type_name("PREFIX")
        ->capture_default_str();
    app.add_option("--format", form, "How to write the private key: cosign, pkcs8, pkcs1 or sec1")
        ->type_name("FORM")
        ->capture_default_str();
    app.add_flag("--force", force, "Replace files that are there");
  }
  std::string private_path() const { return prefix + ".key"; }
  std::string public_path() const { return prefix + ".pub"; }

  /// Everything that can be wrong before a passphrase is asked for.
  void require_sense(bool in_the_clear) const {
    require_protecting(parse_key_form(form), in_the_clear);
    require_writable_key_file(private_path(), force);
    require_writable_key_file(public_path(), force);
  }
  void write(const Session& session, const PrivateKey& key, const Secret& passphrase) const {
    const Secret pem = key.pem(parse_key_form(form), passphrase);
    write_key_file(private_path(), pem.reveal(), 0600, force);
    write_key_file(public_path(), key.public_key().pem(), 0644, force);
    session.print(fmt::format("Private key written to {}\nPublic key written to {}\n",
                              printable(private_path()), printable(public_path())));
  }
};

struct GenerateFlags {
  std::string type = "ecdsa-p256";
  PairFlags pair;
  PassphraseFlags passphrase;
};

void generate(const Session& session, const GenerateFlags& flags) {
  hide_memory();
  const KeyType& type = parse_key_type(flags.type);
  flags.pair.require_sense(flags.passphrase.none);
  const Secret passphrase = passphrase_to_protect(session, flags.passphrase);
  flags.pair.write(session, PrivateKey::generate(type.kind, type.rsa_bits), passphrase);
}

struct ImportFlags {
  KeyFlags key;
  PairFlags pair;
  PassphraseFlags fresh;
};

void import(const Session& session, const ImportFlags& flags) {
  flags.pair.require_sense(flags.fresh.none);
  ReprotectedKey key = open_to_reprotect(session, flags.key, flags.fresh);
  flags.pair.write(session, key.key, key.passphrase);
}

}  // namespace

void declare_key_generate(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<GenerateFlags>();
  app.alias("generate-key-pair");
  app.add_option("--type", flags->type,
                 "ecdsa-p256, ecdsa-p384, ecdsa-p521, ed25519, rsa-2048, rsa-3072 or rsa-4096")
      ->type_name("TYPE")
      ->capture_default_str();
  flags->pair.add_to(app);
  flags->passphrase.add_to(app);
  app.add_flag("--no-passphrase", flags->passphrase.none, "Write the key without a passphrase")
      ->excludes("--passphrase-file")
      ->excludes("--passphrase-fd");
  app.callback([&session, flags] { generate(session, *flags); });
}

void declare_key_import(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<ImportFlags>();
  app.alias("import-key-pair");
  flags->key.add_to(app, "The private key to read, in any form")->required();
  flags->pair.add_to(app);
  flags->fresh.add_new_to(app);
  app.callback([&session, flags] { import(session, *flags); });
}

}  // namespace lade::cmd
