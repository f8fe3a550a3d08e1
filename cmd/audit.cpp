#include "cmd/audit_output.h"
#include "cmd/audited_image.h"
#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/notation_flags.h"
#include "cmd/output/man.h"
#include "cmd/output_file.h"
#include "cmd/platform_flags.h"
#include "cmd/trust_flags.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t profile_limit_bytes = 1U << 20U;
/// docs/exit-codes.md, "audit".
constexpr int over_bar_code = 2;

struct AuditFlags {
  std::string image;
  std::string profile = "default";
  std::string format = "text";
  std::string file;
  std::string fail_on;
  TrustFlags trust;
  NotationFlags notation;
  PlatformFlags platform;
};

sbom::AuditProfile read_audit_profile(const AuditFlags& flags) {
  if (auto builtin = sbom::find_audit_profile(flags.profile)) return *std::move(builtin);
  const bool is_file =
      flags.profile.ends_with(".toml") || flags.profile.find('/') != std::string::npos;
  if (!is_file) {
    const auto near = did_you_mean(flags.profile, sbom::builtin_audit_profiles());
    fail(ErrorKind::not_found, "--profile: there is no \"{}\"{}: wanted {} or a .toml file",
         printable(flags.profile), near ? fmt::format(", did you mean \"{}\"?", *near) : "",
         fmt::join(sbom::builtin_audit_profiles(), ", "));
  }
  const auto load = [](const std::string& path) { return read_file(path, profile_limit_bytes); };
  return sbom::parse_audit_profile(load(flags.profile), flags.profile, load);
}

sbom::AuditProfile wanted_profile(const AuditFlags& flags) {
  sbom::AuditProfile profile = read_audit_profile(flags);
  if (flags.fail_on == "none") profile.fail_on.reset();
  if (const auto severity = sbom::find_audit_severity(flags.fail_on)) profile.fail_on = severity;
  return profile;
}

/// Nothing if nobody is named to trust: then signatures are counted and not checked.
std::optional<signing::ImageVerifyOptions> verification_of(const Session& session,
                                                           const AuditFlags& flags,
                                                           const std::string& image) {
  const bool names_notaries = flags.notation.is_given() || !flags.trust.authorities.empty();
  if (!flags.trust.names_anybody() && !names_notaries) return std::nullopt;
  signing::ImageVerifyOptions options;
  if (flags.trust.names_anybody()) options.verify = flags.trust.read(session).options;
  if (names_notaries) options.notary = flags.notation.find_trust(session, flags.trust, image);
  return options;
}

std::string written(const AuditView& view, const std::string& format, bool colors) {
  if (format == "json") return audit_json(view);
  if (format == "sarif") return audit_sarif(view);
  if (format == "html") return audit_page(view);
  return audit_text(view, colors);
}

void run_audit(Session& session, const AuditFlags& flags) {
  session.heed_signals();
  const sbom::AuditProfile profile = wanted_profile(flags);
  std::optional<OutputFile> file;
  if (!flags.file.empty()) file.emplace(flags.file);
  const auto verification = verification_of(session, flags, flags.image);
  const AuditedImage image(session, flags.image, flags.platform.wanted(), profile, verification);
  const sbom::AuditReport report = sbom::audit(image.subject(), profile);
  const AuditView view{image.subject(), profile, report};
  if (file) {
    file->write(written(view, flags.format, false));
  } else {
    session.print(written(view, flags.format, session.colors()));
  }
  if (report.is_over_bar()) session.exit_code = over_bar_code;
}

}  // namespace

void declare_audit(CLI::App& app, Session& session) {
  explain(app,
          "Judges whether an image is fit to ship: users, files, configuration, history, labels, "
          "base, dates, what is attached, end of life, sizes. Each finding has a stable id, what "
          "brought it in and what to do. Nothing is unpacked; of an image elsewhere only what the "
          "profile's checks need is fetched, layers once. Ends with 2 if something is at or over "
          "the severity of --fail-on. docs/audit.md lists the checks and tells how profiles are "
          "written.",
          "  lade audit app:1\n"
          "  lade audit --profile ci --format sarif -o audit.sarif app:1\n"
          "  lade audit --profile audit.toml docker://registry.example/app:1\n"
          "  lade audit --key cosign.pub --insecure-ignore-tlog --format html -o audit.html app:1");
  const auto flags = std::make_shared<AuditFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport")->required();
  app.add_option("--profile", flags->profile, "default, ci, cis, strict, or a .toml file")
      ->type_name("NAME|FILE")
      ->capture_default_str();
  app.add_option("--format", flags->format, "text, json, sarif or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json", "sarif", "html"}));
  app.add_option("-o,--output", flags->file, "Write to this file")->type_name("FILE");
  app.add_option("--fail-on", flags->fail_on,
                 "The severity from which on the command ends with 2: info, low, medium, high, "
                 "critical, none; by default what the profile says")
      ->type_name("SEVERITY")
      ->check(CLI::IsMember({"info", "low", "medium", "high", "critical", "none"}));
  flags->trust.add_to(app);
  flags->notation.add_to(app);
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run_audit(session, *flags); });
}

}  // namespace lade::cmd
