#include "cmd/attach_target.h"
#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/pair_flags.h"
#include "cmd/service_flags.h"
#include "cmd/version.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/image/sign_image.h"
#include "signing/sigstore/cosign_blob.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t chain_limit_bytes = std::uint64_t{1} << 20;

struct SignFlags {
  std::string image;
  KeyFlags key;
  ServiceFlags services;
  std::vector<std::string> annotations;
  std::string identity;
  std::vector<std::string> forms;
  std::string certificates;
  bool recursive = false;
  bool yes = false;
  std::string format;
};

/// Those that are asked for; else both of Sigstore's, as far as they have room for the log entry.
std::vector<std::string> forms_of(const SignFlags& flags, const SignerPlan& plan) {
  if (!flags.forms.empty()) return flags.forms;
  if (plan.exceeds_cosign()) return {"bundle"};
  return {"bundle", "cosign"};
}

signing::SignOptions options_of(const Session& session, const SignFlags& flags,
                                const AttachTarget& target, const SignerPlan& plan) {
  signing::SignOptions options{
      .docker_reference = flags.identity.empty() ? target.docker_reference : flags.identity,
      .annotations = parse_pairs(flags.annotations, "--annotations"),
      .now = session.source_date_epoch().value_or(session.now()),
      .bundle = false,
      .cosign = false};
  for (const std::string& form : forms_of(flags, plan)) {
    (form == "bundle"   ? options.bundle
     : form == "cosign" ? options.cosign
                        : options.notation) = true;
  }
  if (options.notation == flags.certificates.empty()) {
    fail(ErrorKind::invalid, "--forms notation and --certificate-chain go together");
  }
  if (options.cosign && plan.exceeds_cosign()) {
    fail(ErrorKind::invalid,
         "cosign's tag has no place for entries of Rekor v2, nor for a second entry or timestamp: "
         "give --forms bundle");
  }
  if (!options.bundle && !options.cosign && !flags.services.is_silent()) {
    fail(ErrorKind::invalid,
         "a Notary Project signature has no place for what Sigstore's services say: leave them "
         "out, or give --forms bundle,notation");
  }
  if (options.notation) {
    options.certificates = signing::parse_certificate_file(
        read_file(flags.certificates, chain_limit_bytes), flags.certificates);
    options.signing_time = session.now();
    options.signing_agent = "lade/" + version_number();
  }
  return options;
}

void run(Session& session, const SignFlags& flags) {
  session.heed_signals();
  if (!flags.certificates.empty() && flags.key.reference.empty()) {
    fail(ErrorKind::invalid, "--certificate-chain is for the certificates of a key: give --key");
  }
  SignerPlan plan = plan_signer(session, flags.key, flags.services);
  const AttachTarget target = open_attach_target(session, flags.image, flags.recursive);
  signing::SignOptions options = options_of(session, flags, target, plan);
  const OpenedSigner opened = open_signer(session, std::move(plan));
  options.vouchers = opened.vouchers;
  Json record = Json::object();
  record["schemaVersion"] = 1;
  record["image"] = target.name;
  record["dockerReference"] = options.docker_reference;
  record.update(opened.record());
  record["signed"] = Json::array();
  for (const Descriptor& subject : target.subjects) {
    const std::vector<std::string> written =
        sign_image(target.open, *target.destination, subject, *opened.signer, options);
    record["signed"].push_back({{"subject", subject.digest.str()}, {"signatures", written}});
  }
  if (!flags.format.empty()) return session.print(format_record(record, flags.format));
  for (const Json& one : record["signed"]) {
    session.print(one["subject"].get<std::string>() + "\n");
  }
}

}  // namespace

void declare_sign(CLI::App& app, Session& session) {
  explain(
      app,
      "Signs an image where it is (a registry, a layout, the store) with a key, or without one of "
      "one's own: with --fulcio-url an identity token gets a certificate for a key that is "
      "thrown away, and a transparency log or a time-stamp authority says when it signed. "
      "Nobody is asked but those that flags name. By default the "
      "signature is written in two forms, so that old and new verifiers find one: a Sigstore "
      "bundle that refers to the image, as cosign 3 writes it, and a layer of what the tag "
      "sha256-….sig names, as cosign wrote it before. Both say the name that the image is "
      "signed for. Signatures of others stay, also of those who sign at the same time. On "
      "request a "
      "third one is written: a Notary Project signature (JWS), for verifiers such as Notation, "
      "which needs the certificates of the key.",
      "  lade sign --key cosign.key docker://registry.example/team/app:1\n"
      "  lade sign --key pkcs11:token=release;object=images app:1\n"
      "  lade sign --fulcio-url https://fulcio.example --rekor-url https://rekor.example app:1\n"
      "  lade sign --key cosign.key --forms bundle --recursive oci:layout:app\n"
      "  lade sign --key signer.key --forms notation --certificate-chain chain.pem app:1\n");
  const auto flags = std::make_shared<SignFlags>();
  app.add_option("image", flags->image, "What to sign")->required()->type_name("IMAGE");
  flags->key.add_to(app, "The private key");
  flags->services.add_to(app);
  app.add_option("-a,--annotations", flags->annotations, "Said and signed beside the digest")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  app.add_option("--sign-container-identity,--sign-identity", flags->identity,
                 "The name to sign it for (default: its own)")
      ->type_name("NAME");
  app.add_option("--forms", flags->forms,
                 "How to write it: bundle, cosign, notation (default: bundle,cosign)")
      ->delimiter(',')
      ->check(CLI::IsMember({"bundle", "cosign", "notation"}));
  app.add_option("--certificate-chain", flags->certificates,
                 "For the form notation: the certificates of the key in PEM, its own first, the "
                 "root last")
      ->type_name("FILE");
  app.add_flag("-r,--recursive", flags->recursive, "Sign the images of an index, too");
  app.add_flag("-y,--yes", flags->yes, "Nothing is asked; for scripts written for cosign");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
