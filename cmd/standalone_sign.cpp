#include "cmd/command.h"
#include "cmd/output/man.h"
#include "cmd/secret_input.h"
#include "libimage/base/file.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/manifest.h"
#include "signing/gpg/sign.h"
#include "signing/sigstore/simple_signing.h"

namespace lade::cmd {
namespace {

struct StandaloneSignFlags {
  std::string manifest;
  std::string reference;
  std::string key;
  std::string output;
  std::string passphrase_file;
};

std::optional<Secret> read_passphrase(const std::string& file) {
  if (file.empty()) return std::nullopt;
  hide_memory();
  return read_secret_line_of_file(file);
}

void run(Session& session, const StandaloneSignFlags& flags) {
  const std::string manifest = read_file(flags.manifest, manifest_limit_bytes);
  const signing::SimpleSigning claim{
      .docker_reference = Reference::parse(flags.reference).str(),
      .manifest_digest = digest_of(manifest),
      .type = std::string(signing::SimpleSigning::atomic_type),
      .optional = {{"creator", "lade"},
                   {"timestamp", session.source_date_epoch().value_or(session.now()).seconds}}};
  const std::string signature = signing::sign_with_gpg(
      to_bytes(claim), {.key = flags.key, .passphrase = read_passphrase(flags.passphrase_file)});
  write_file_atomic(flags.output, signature);
}

}  // namespace

void declare_standalone_sign(CLI::App& app, Session& session) {
  explain(app,
          "Signs a manifest with a key of the user's gpg, as the image of a name "
          "(containers-signature(5)), and writes the signature to a file. As skopeo's command of "
          "the same name.",
          "  lade standalone-sign manifest.json registry.example.com/app:1 KEY-FINGERPRINT "
          "--output app.signature");
  const auto flags = std::make_shared<StandaloneSignFlags>();
  app.add_option("MANIFEST", flags->manifest, "The file of the manifest")->required();
  app.add_option("DOCKER-REFERENCE", flags->reference, "The name that it is signed for")
      ->required();
  app.add_option("KEY-FINGERPRINT", flags->key, "The key, as gpg knows it")->required();
  app.add_option("-o,--output", flags->output, "Where the signature is written")
      ->type_name("FILE")
      ->required();
  app.add_option("--passphrase-file", flags->passphrase_file,
                 "The key's passphrase is the line in this file; otherwise gpg's agent asks")
      ->type_name("FILE");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
