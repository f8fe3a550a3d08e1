#include <fcntl.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/output/man.h"
#include "cmd/output_file.h"
#include "cmd/service_flags.h"
#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_signature.h"

namespace lade::cmd {
namespace {

struct SignBlobFlags {
  std::string blob;
  KeyFlags key;
  ServiceFlags services;
  std::string bundle;
  std::string signature;
  std::string certificate;
  std::string timestamp;
  bool base64 = true;
  bool yes = false;
};

signing::Artifact read_blob(const SignBlobFlags& flags, const signing::PublicKey& key,
                            const signing::SignatureScheme& scheme) {
  const bool is_ed25519 = key.kind() == signing::KeyKind::ed25519;
  signing::ArtifactNeeds needs{.bytes = is_ed25519};
  needs.hashes.insert(scheme.hash);
  const Fd file = flags.blob == "-" ? duplicate(STDIN_FILENO) : open_fd(flags.blob, O_RDONLY);
  return signing::Artifact::read(file.get(), flags.blob == "-" ? "stdin" : flags.blob, needs);
}

/// The signature with all that goes with it.
signing::SignedMaterial sign(const signing::Artifact& artifact, const OpenedSigner& opened) {
  const signing::PublicKey& key = opened.signer->public_key();
  const signing::SignatureScheme scheme = opened.vouchers.scheme_for(key);
  const std::string hash = artifact.hash(scheme.hash).value();
  signing::SignedMaterial material{
      .certificates = opened.vouchers.certificates,
      .key_hint = to_base64(as_text(key.id().hash())),
      .content = signing::MessageSignature{
          .hash = scheme.hash,
          .digest = hash,
          .bytes = artifact.bytes() ? opened.signer->sign(*artifact.bytes(), scheme)
                                    : opened.signer->sign_hash(hash, scheme)}};
  if (opened.vouchers.witness) opened.vouchers.witness(material, artifact);
  return material;
}

std::string certificate_text(const signing::SignedMaterial& material, bool base64) {
  const std::string pem = material.certificates.front().pem();
  return base64 ? to_base64(pem) : pem;
}

/// What can be told to be wrong with the flags before anybody is asked.
void require_possible(const SignBlobFlags& flags, const SignerPlan& plan) {
  if (!flags.certificate.empty() && !plan.is_keyless()) {
    fail(ErrorKind::invalid, "--output-certificate: a key has no certificate");
  }
  if (!flags.timestamp.empty() && plan.witnesses.timestamp_authorities.empty()) {
    fail(ErrorKind::invalid,
         "--rfc3161-timestamp: no time-stamp authority is named; give --timestamp-server-url");
  }
}

/// Where what goes, as far as it was asked for; `invalid` or `not_found` for a place where nothing
/// can be written.
struct Outputs {
  std::optional<OutputFile> signature{};
  std::optional<OutputFile> certificate{};
  std::optional<OutputFile> timestamp{};
  std::optional<OutputFile> bundle{};

  explicit Outputs(const SignBlobFlags& flags) {
    const auto open = [](std::optional<OutputFile>& output, const std::string& path) {
      if (!path.empty()) output.emplace(path);
    };
    open(signature, flags.signature);
    open(certificate, flags.certificate);
    open(timestamp, flags.timestamp);
    open(bundle, flags.bundle);
  }
};

/// All texts are there before the first is written.
void write(Session& session, const SignBlobFlags& flags, const Outputs& outputs,
           signing::SignedMaterial material) {
  std::vector<std::pair<const OutputFile*, std::string>> texts;
  const std::string& bytes = material.message()->bytes;
  const std::string signature = flags.base64 ? to_base64(bytes) : bytes;
  if (outputs.signature) texts.emplace_back(&*outputs.signature, signature);
  if (outputs.certificate) {
    texts.emplace_back(&*outputs.certificate, certificate_text(material, flags.base64));
  }
  if (outputs.timestamp) {
    texts.emplace_back(&*outputs.timestamp, signing::timestamp_json(material.timestamps.front()));
  }
  if (outputs.bundle) {
    // a bundle has the signer's own certificate; the others are for the trusted root to tell
    if (material.certificates.size() > 1) material.certificates.resize(1, material.certificates[0]);
    texts.emplace_back(&*outputs.bundle, signing::to_text({.material = std::move(material)}));
  }
  for (const auto& [output, text] : texts) output->write(text);
  if (!outputs.signature && !outputs.bundle) {
    session.print(flags.base64 ? signature + "\n" : signature);
  }
}

void run(Session& session, const SignBlobFlags& flags) {
  session.heed_signals();
  SignerPlan plan = plan_signer(session, flags.key, flags.services);
  require_possible(flags, plan);
  const Outputs outputs(flags);
  // a certificate lives for minutes, so a large file is read before it is asked for
  const signing::PublicKey& key = plan.signer->public_key();
  const signing::Artifact artifact = read_blob(flags, key, plan.scheme());
  const OpenedSigner opened = open_signer(session, std::move(plan));
  signing::SignedMaterial material = sign(artifact, opened);
  if (opened.is_keyless() && flags.bundle.empty() && flags.timestamp.empty()) {
    session.warn(
        "only a bundle (--bundle) or a timestamp (--rfc3161-timestamp) keeps what tells when a "
        "certificate signed; without it the signature cannot be verified later");
  }
  write(session, flags, outputs, std::move(material));
}

}  // namespace

void declare_sign_blob(CLI::App& app, Session& session) {
  explain(app,
          "Signs a file with a key or, by --fulcio-url, with a certificate for an identity token, "
          "as lade sign does images. The signature alone goes to stdout in base64, or to a file; "
          "with all that it takes to verify it, it is a Sigstore bundle. Nobody is asked but those "
          "that flags name.",
          "  lade sign-blob --key cosign.key --bundle app.sigstore.json app.tar.gz\n"
          "  lade sign-blob --key cosign.key app.tar.gz > app.tar.gz.sig\n"
          "  lade sign-blob --fulcio-url https://fulcio.example --rekor-url https://rekor.example "
          "--bundle app.sigstore.json app.tar.gz");
  const auto flags = std::make_shared<SignBlobFlags>();
  app.add_option("FILE", flags->blob, "What to sign; - is stdin")->required();
  flags->key.add_to(app, "The private key");
  flags->services.add_to(app);
  app.add_option("--bundle", flags->bundle, "Write a Sigstore bundle there")->type_name("FILE");
  app.add_option("--output-signature", flags->signature, "Write the signature there")
      ->type_name("FILE");
  app.add_option("--output-certificate", flags->certificate, "Write the certificate there")
      ->type_name("FILE");
  app.add_option("--rfc3161-timestamp", flags->timestamp, "Write the timestamp there")
      ->type_name("FILE");
  app.add_flag_function(
      "--b64", [flags](std::int64_t value) { flags->base64 = value > 0; },
      "Signature and certificate in base64 (default: yes); false: as they are");
  app.add_flag("-y,--yes", flags->yes, "Nothing is asked; for scripts written for cosign");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
