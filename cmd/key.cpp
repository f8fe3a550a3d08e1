#include "cmd/command.h"
#include "cmd/key_command.h"
#include "cmd/key_files.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/signing_keys.h"
#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using signing::PrivateKeyForm;

struct PublicFlags {
  KeyFlags key;
  std::string format;
  std::string output;
  bool force = false;
};

Json record_of(const OpenedKey& opened) {
  const signing::PublicKey& key = opened.key;
  return {{"kind", to_string(key.kind())},
          {"description", key.description()},
          {"source", opened.source},
          {"id", key.id().str()},
          // how bundles of Sigstore name the key
          {"hint", to_base64(hash_bytes(signing::MessageHash::sha256, key.der()))},
          {"pem", key.pem()}};
}

void show_public(const Session& session, const PublicFlags& flags) {
  if (!flags.output.empty()) require_writable_key_file(flags.output, flags.force);
  const OpenedKey opened = open_public_key(session, flags.key);
  const std::string text =
      flags.format.empty() ? opened.key.pem() : format_record(record_of(opened), flags.format);
  if (flags.output.empty()) return session.print(text);
  write_key_file(flags.output, text, 0644, flags.force);
}

void declare_key_public(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<PublicFlags>();
  app.alias("public-key");
  flags->key.add_to(app, "A private or public key, or a certificate")->required();
  app.add_option("--format", flags->format, "json, or a Go template, instead of PEM")
      ->type_name("FORMAT");
  app.add_option("-o,--output,--outfile", flags->output, "Write it to this file")
      ->type_name("FILE");
  app.add_flag("--force", flags->force, "Replace a file that is there");
  app.callback([&session, flags] { show_public(session, *flags); });
}

}  // namespace

PrivateKeyForm parse_key_form(const std::string& text) {
  for (const PrivateKeyForm form : {PrivateKeyForm::cosign, PrivateKeyForm::pkcs8,
                                    PrivateKeyForm::pkcs1, PrivateKeyForm::sec1}) {
    if (to_string(form) == text) return form;
  }
  fail(ErrorKind::invalid, "--format must be one of cosign, pkcs8, pkcs1, sec1, got \"{}\"",
       printable(text));
}

void require_protecting(PrivateKeyForm form, bool in_the_clear) {
  if (in_the_clear || form == PrivateKeyForm::cosign || form == PrivateKeyForm::pkcs8) return;
  fail(ErrorKind::invalid,
       "{} has no encryption that holds; --no-passphrase says that the key may lie in the clear",
       to_string(form));
}

void declare_key(CLI::App& app, Session& session) {
  explain(app,
          "Makes, reads and converts the keys that signatures are made and checked with: ECDSA "
          "(P-256, P-384, P-521), Ed25519 and RSA. Private keys are read as cosign, OpenSSL and "
          "others write them: cosign's sealed ones in both spellings, PKCS#8, PKCS#1 and SEC1, "
          "encrypted or not. A key is a file, env://NAME for what a variable holds, or on a token "
          "by its pkcs11: URI (RFC 7512), through the module that the URI, --pkcs11-module, "
          "LADE_PKCS11_MODULE_PATH or COSIGN_PKCS11_MODULE_PATH names; its PIN comes from the "
          "URI, --passphrase-file, LADE_PKCS11_PIN or COSIGN_PKCS11_PIN. Passphrases come from "
          "--passphrase-file, --passphrase-fd, LADE_KEY_PASSPHRASE or COSIGN_PASSWORD (there an "
          "empty one counts), or are asked for. Where a key is written again, the passphrase that "
          "opened it stays unless a new one is given. No file is replaced without --force, and "
          "private keys are for their owner alone (0600). generate-key-pair, import-key-pair and "
          "public-key are the names that cosign has for generate, import and public.",
          "  lade key generate --output-key-prefix release\n"
          "  lade key generate --type ed25519 --format pkcs8 --passphrase-file pass\n"
          "  lade key import --key openssl.pem --output-key-prefix release\n"
          "  lade key public --key release.key > release.pub\n"
          "  lade key public --key 'pkcs11:token=build;object=release' --format json\n"
          "  lade key convert --key release.key --format pkcs8 --output release.pem");
  app.require_subcommand(1);
  declare_key_generate(
      *app.add_subcommand("generate", "Make a pair of keys: PREFIX.key and PREFIX.pub"), session);
  declare_key_import(
      *app.add_subcommand("import", "Make such a pair of a private key that there is"), session);
  declare_key_public(*app.add_subcommand("public", "Print the public half of a key"), session);
  declare_key_convert(*app.add_subcommand("convert", "Write a private key in another form"),
                      session);
}

}  // namespace lade::cmd
