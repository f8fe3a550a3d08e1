#include <unistd.h>

#include "cmd/attach_target.h"
#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/service_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "signing/attest/predicate_types.h"
#include "signing/attest/unsigned.h"
#include "signing/image/sign_image.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t predicate_limit_bytes = 64U << 20U;

struct AttestFlags {
  std::string image;
  KeyFlags key;
  ServiceFlags services;
  std::string type = "custom";
  std::string predicate;
  bool recursive = false;
  bool yes = false;
  std::string format;
};

Json read_predicate(const std::string& path) {
  const std::string text =
      path == "-" ? read_all(STDIN_FILENO, "the predicate on stdin", predicate_limit_bytes)
                  : read_file(path, predicate_limit_bytes);
  return parse_json(text, path == "-" ? "the predicate on stdin" : path);
}

void run(Session& session, const AttestFlags& flags) {
  session.heed_signals();
  signing::Statement statement;
  statement.predicate_type = signing::predicate_type_of(flags.type);
  statement.predicate = read_predicate(flags.predicate);
  const bool is_signed = !flags.key.is_silent() || !flags.services.is_silent();
  SignerPlan plan;
  if (is_signed) plan = plan_signer(session, flags.key, flags.services);
  const Timestamp now = session.source_date_epoch().value_or(session.now());
  const AttachTarget target = open_attach_target(session, flags.image, flags.recursive);
  OpenedSigner opened;
  if (is_signed) opened = open_signer(session, std::move(plan));
  Json record = Json::object();
  record["schemaVersion"] = 1;
  record["image"] = target.name;
  record["predicateType"] = statement.predicate_type;
  record["attested"] = Json::array();
  for (const Descriptor& subject : target.subjects) {
    statement.subjects = {signing::subject_of(target.docker_reference, subject.digest)};
    const AttachedManifest attached =
        is_signed ? sign_statement(statement, subject, *opened.signer, now, opened.vouchers)
                  : author_unsigned(statement, subject);
    attach(*target.destination, {attached});
    record["attested"].push_back(
        {{"subject", subject.digest.str()}, {"attestation", attached.manifest.digest.str()}});
  }
  if (!flags.format.empty()) return session.print(format_record(record, flags.format));
  for (const Json& one : record["attested"]) {
    session.print(one["attestation"].get<std::string>() + "\n");
  }
}

}  // namespace

void declare_attest(CLI::App& app, Session& session) {
  explain(app,
          "Attaches a statement about an image (in-toto Statement v1) to it, where it is: what a "
          "file says, as a predicate of some type, signed with a key as a Sigstore bundle, as "
          "cosign 3 does, or with a certificate that --fulcio-url issues for an identity token. "
          "With neither it is attached unsigned, and everybody who asks for signatures is told so.",
          "  lade attest --key cosign.key --type slsaprovenance --predicate build.json app:1\n"
          "  lade attest --key cosign.key --type certification --predicate iso.json "
          "docker://registry.example/app:1\n");
  const auto flags = std::make_shared<AttestFlags>();
  app.add_option("image", flags->image, "What it is about")->required()->type_name("IMAGE");
  flags->key.add_to(app, "The private key to sign it with");
  flags->services.add_to(app);
  app.add_option("--type", flags->type,
                 "What the predicate is: slsaprovenance, spdxjson, cyclonedx, openvex, vuln, "
                 "certification, delivery, custom, or a URI")
      ->capture_default_str();
  app.add_option("--predicate", flags->predicate, "The predicate, a JSON file; - is stdin")
      ->required()
      ->type_name("FILE");
  app.add_flag("-r,--recursive", flags->recursive, "Attest the images of an index, too");
  app.add_flag("-y,--yes", flags->yes, "Nothing is asked; for scripts written for cosign");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
