#include "cmd/lade_policy.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/policy_command.h"
#include "cmd/policy_image.h"
#include "cmd/signing_keys.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"
#include "signing/policy/decide.h"

namespace lade::cmd {
namespace {

struct PolicyExplainFlags {
  std::string as;
  std::string image;
  std::string policy;
  std::string format;
  bool index = false;
  PlatformFlags platform;
};

Json record_of(const signing::SignatureOutcome& one) {
  return {{"origin", one.origin}, {"accepted", one.accepted}, {"reason", one.reason}};
}

Json record_of(const signing::RequirementOutcome& one) {
  Json signatures = Json::array();
  for (const auto& signature : one.signatures) signatures.push_back(record_of(signature));
  return {{"type", one.type},
          {"verdict", to_string(one.verdict)},
          {"reason", one.reason},
          {"signatures", signatures}};
}

Json record_of(const std::string& image, const std::string& file, const Digest& manifest,
               const signing::Decision& decision) {
  Json requirements = Json::array();
  for (const auto& one : decision.requirements) requirements.push_back(record_of(one));
  return {{"image", image},
          {"digest", manifest.str()},
          {"allowed", decision.allowed},
          {"policy", file},
          {"transport", decision.transport},
          {"scope", decision.scope},
          {"requirements", requirements}};
}

std::string text_of(const std::string& image, const std::string& file, const Digest& manifest,
                    const signing::Decision& decision) {
  std::string text = fmt::format("{} is {}\n  manifest  {}\n  policy    {}\n  rule      {}\n",
                                 printable(image), decision.allowed ? "allowed" : "refused",
                                 manifest.str(), printable(file), printable(decision.rule()));
  for (const auto& one : decision.requirements) {
    text += fmt::format("  {} {}: {}\n", one.type, one.holds() ? "holds" : "does not hold",
                        printable(one.reason));
    for (const auto& signature : one.signatures) {
      text += fmt::format("    {} {}: {}\n", printable(signature.origin),
                          signature.accepted ? "counts" : "does not count",
                          printable(signature.reason));
    }
  }
  return text;
}

/// A name without transport is one of the store or, if that has none, what `pull` would look for.
ImageName name_of(Session& session, const std::string& text) {
  ImageName name = parse_image_name(text);
  if (name.transport != "store" || text.starts_with("store:")) return name;
  try {
    session.store()->resolve(text);
    return name;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {"docker", "//" + text};
  }
}

/// Of what `source` stands for that which would be used: of an index an image, unless the flags
/// want itself.
RawManifest manifest_of(ImageSource& source, const PolicyExplainFlags& flags) {
  RawManifest top = read_manifest(source);
  if (flags.index || !media_type::is_index(top.media_type)) return top;
  return choose_instance(source, top, flags.platform.wanted()).manifest;
}

bool explain_policy_json(Session& session, const ImageToExplain& image, const std::string& path,
                         const std::string& format) {
  const signing::Policy policy = signing::parse_policy_file(session.policy().text_of(path), path);
  const Digest& manifest = image.manifest.digest;
  const signing::PolicyImage asked{
      .subject = policy_subject(session, image.name, image.as),
      .manifest = manifest,
      .signatures = [&] { return find_image_signatures(*image.source, manifest); }};
  const signing::Decision decision = decide(
      policy, asked,
      {.temporary_directory = session.variable("TMPDIR").value_or("/tmp"), .now = session.now()});
  const std::string name = image.name.str();
  session.print(format.empty() ? text_of(name, path, manifest, decision)
                               : format_record(record_of(name, path, manifest, decision), format));
  return !decision.allowed;
}

void run(Session& session, const PolicyExplainFlags& flags) {
  if (session.policy().insecure) {
    fail(ErrorKind::invalid, "--insecure-policy asks no policy: there is none to explain");
  }
  std::optional<std::string> lade;
  std::optional<std::string> json;
  if (flags.policy.empty()) {
    lade = find_lade_policy(session);
    json = lade ? find_policy_file(session) : policy_file(session);
  } else {
    const PolicyFormat format = format_of_policy(session.policy().text_of(flags.policy));
    (format == PolicyFormat::lade ? lade : json) = flags.policy;
  }
  ImageName name = name_of(session, flags.image);
  auto source = open_source(name, session.transports());
  RawManifest manifest = manifest_of(*source, flags);
  const ImageToExplain image{.name = std::move(name),
                             .as = flags.as,
                             .source = std::move(source),
                             .manifest = std::move(manifest)};
  bool is_refused = lade && explain_lade_policy(session, image, *lade, flags.format);
  if (json) is_refused = explain_policy_json(session, image, *json, flags.format) || is_refused;
  if (is_refused) session.exit_code = 6;
}

}  // namespace

void declare_policy_explain(CLI::App& app, Session& session) {
  explain(app,
          "Tells whether a policy.json allows an image, which of its rules decides, and for each "
          "requirement and signature why it counts or not. Of an index the image for this machine "
          "is judged, or for --platform, as when it is used. Signatures are those of dir:, of "
          "cosign's tag, and of "
          "the signature storage that registries.d names. A name without transport is one of the "
          "store or, if that has none, of a registry. The exit code is 0 for an image that is "
          "allowed, 6 for one that is refused. A "
          "policy.toml that counts for this user is asked first, and answers for itself; "
          "--signature-policy may name one, which is then all that is asked.",
          "  lade policy explain docker://registry.example.com/app:1\n"
          "  lade policy explain --signature-policy ./policy.json dir:app\n"
          "  lade policy explain --signature-policy ./policy.toml --as registry.example.com/app:1 "
          "store:app");
  const auto flags = std::make_shared<PolicyExplainFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_option("--as", flags->as, "Judge it as if this were its name")
      ->type_name("NAME")
      ->check(not_empty());
  app.add_option("--signature-policy", flags->policy, "Read this policy instead")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  app.add_flag("--index", flags->index,
               "Judge an index itself, as when it goes without its images");
  flags->platform.add_to(app);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
