#include <fcntl.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/trust_flags.h"
#include "cmd/verdict_report.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/sigstore/bundle.h"
#include "signing/sigstore/cosign_blob.h"
#include "signing/sigstore/cosign_signature.h"
#include "signing/verdict/verdict.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t signature_limit_bytes = std::uint64_t{1} << 20;

struct VerifyBlobFlags {
  std::string blob;
  std::string bundle;
  std::string signature;
  std::string certificate;
  std::string timestamp;
  std::string format;
  TrustFlags trust;
};

/// What the user named: a digest as it stands, or a file that is opened and not yet read.
struct Blob {
  std::optional<Digest> digest;
  Fd file{};

  explicit Blob(const std::string& name) : digest(Digest::try_parse(name)) {
    if (digest) return;
    file = name == "-" ? duplicate(STDIN_FILENO) : open_fd(name, O_RDONLY);
  }
};

signing::SignedMaterial read_material(const VerifyBlobFlags& flags) {
  if (!flags.bundle.empty()) {
    return signing::parse_blob_bundle(read_file(flags.bundle, signing::Bundle::size_limit_bytes),
                                      flags.bundle);
  }
  signing::SignedMaterial material{
      .content = signing::MessageSignature{
          .bytes = signing::parse_detached_signature(
              read_file(flags.signature, signature_limit_bytes), flags.signature)}};
  if (!flags.certificate.empty()) {
    material.certificates = signing::parse_certificate_file(
        read_file(flags.certificate, signature_limit_bytes), flags.certificate);
  }
  return material;
}

signing::Verified check(const VerifyBlobFlags& flags, const Blob& blob, const Trust& trust) {
  signing::SignedMaterial material = read_material(flags);
  if (!flags.timestamp.empty()) {
    material.timestamps.push_back(signing::parse_timestamp_json(
        read_file(flags.timestamp, signature_limit_bytes), flags.timestamp));
  }
  const signing::Artifact artifact =
      blob.digest
          ? signing::Artifact::of_digest(*blob.digest)
          : signing::Artifact::read(blob.file.get(), flags.blob, needs_of(material, trust.options));
  return verify(material, artifact, trust.options);
}

void print_refusal(Session& session, const VerifyBlobFlags& flags, signing::Verdict verdict,
                   const std::string& reason) {
  if (flags.format.empty()) return;
  Json record = Json::object();
  record["artifact"] = flags.blob;
  record["verdict"] = to_string(verdict);
  record["reason"] = reason;
  session.print(format_record(record, flags.format));
}

void run(Session& session, const VerifyBlobFlags& flags) {
  if (flags.bundle.empty() == flags.signature.empty()) {
    fail(ErrorKind::invalid, "give the signature by one of --bundle and --signature");
  }
  if (!flags.bundle.empty() && !flags.certificate.empty()) {
    fail(ErrorKind::invalid, "--certificate goes with --signature; a bundle has its own");
  }
  const Trust trust = flags.trust.read(session);
  const Blob blob(flags.blob);
  try {
    const signing::Verified verified = check(flags, blob, trust);
    if (flags.format.empty()) {
      session.print(fmt::format("{}: {}\n{}", printable(flags.blob),
                                to_string(signing::Verdict::valid),
                                verdict_text(verified, trust.used, session.now(), "  ")));
      return;
    }
    Json record = Json::object();
    record["artifact"] = flags.blob;
    record.update(verdict_record(verified, trust.used));
    session.print(format_record(record, flags.format));
  } catch (const OutputClosed&) {
    throw;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal || error.kind() == ErrorKind::io) throw;
    const signing::Verdict verdict = signing::verdict_of(error.kind());
    print_refusal(session, flags, verdict, error.message());
    fail(kind_of(verdict), "{} is {}: {}", printable(flags.blob), to_string(verdict),
         error.message());
  }
}

}  // namespace

void declare_verify_blob(CLI::App& app, Session& session) {
  explain(
      app,
      "Checks the signature of a file, or of what has a digest, without a network: with a key, or "
      "with the name that a certificate has to be for. What comes with the signature is a bundle "
      "of Sigstore's or of cosign's, or files for its parts.",
      "  lade verify-blob --key cosign.pub --bundle app.sigstore.json app.tar.gz\n"
      "  lade verify-blob --bundle app.sigstore.json --certificate-identity me@example.com "
      "--certificate-oidc-issuer https://github.com/login/oauth app.tar.gz\n"
      "  lade verify-blob --key cosign.pub --signature app.sig --insecure-ignore-tlog app.tar.gz");
  const auto flags = std::make_shared<VerifyBlobFlags>();
  app.add_option("FILE", flags->blob, "What was signed: a file, - for stdin, or sha256:HEX")
      ->required();
  app.add_option("--bundle", flags->bundle, "The signature with all that belongs to it")
      ->type_name("FILE");
  app.add_option("--signature", flags->signature, "The signature alone, in base64 or as it is")
      ->type_name("FILE");
  app.add_option("--certificate", flags->certificate, "The signer's certificate, for --signature")
      ->type_name("FILE");
  app.add_option("--rfc3161-timestamp", flags->timestamp, "A timestamp of the signature")
      ->type_name("FILE");
  app.add_option("-f,--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  flags->trust.add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
