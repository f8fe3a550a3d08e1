#include "cmd/lade_policy.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/policy_command.h"
#include "cmd/policy_image.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/gpg/keyring.h"
#include "signing/lade_policy/lade_warnings.h"
#include "signing/notation/trust_policy.h"
#include "signing/policy/warnings.h"

namespace lade::cmd {
namespace {

struct PolicyCheckFlags {
  std::string file;
  std::string format;
};

std::optional<std::string> trouble_with(const std::string& path) {
  try {
    read_file(path, signing::GpgKeyring::keys_limit_bytes);
    return std::nullopt;
  } catch (const Error& error) {
    return error.message();
  }
}

Json record_of(const std::string& file, const std::vector<signing::PolicyWarning>& warnings) {
  Json list = Json::array();
  for (const signing::PolicyWarning& one : warnings) {
    list.push_back(Json{{"where", one.where}, {"what", one.what}});
  }
  return {{"file", file}, {"valid", true}, {"warnings", list}};
}

std::string text_of(const std::string& file, const std::vector<signing::PolicyWarning>& warnings) {
  std::string text;
  for (const signing::PolicyWarning& one : warnings) {
    text += fmt::format("{}: {}\n", printable(one.where), printable(one.what));
  }
  return text + fmt::format("{} is a valid policy{}\n", printable(file),
                            warnings.empty() ? "." : "; what is above may not be meant.");
}

std::vector<signing::PolicyWarning> warnings_of_file(Session& session, const std::string& file) {
  const std::string& text = session.policy().text_of(file);
  switch (format_of_policy(text)) {
    case PolicyFormat::policy_json:
      return signing::warnings_of(signing::parse_policy_file(text, file), trouble_with);
    case PolicyFormat::trust_policy:
      signing::parse_trust_policy(text, file);
      return {};
    case PolicyFormat::lade:
      return signing::warnings_of(signing::parse_lade_policy(text, file), session.now());
  }
  return {};
}

/// Without a name: both that count for this user, as far as they are there.
std::vector<std::string> files_of(Session& session, const std::string& given) {
  if (!given.empty()) return {given};
  std::vector<std::string> files;
  if (const auto lade = find_lade_policy(session)) files.push_back(*lade);
  try {
    files.push_back(policy_file(session));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || files.empty()) throw;
  }
  return files;
}

void check(Session& session, const PolicyCheckFlags& flags) {
  for (const std::string& file : files_of(session, flags.file)) {
    const auto warnings = warnings_of_file(session, file);
    session.print(flags.format.empty() ? text_of(file, warnings)
                                       : format_record(record_of(file, warnings), flags.format));
    if (!warnings.empty()) session.exit_code = 1;
  }
}

}  // namespace

void declare_policy_check(CLI::App& app, Session& session) {
  explain(app,
          "Reads a policy strictly, and tells what it allows and cannot be meant: scopes that no "
          "image belongs to, requirements that nothing fulfils, keys that cannot be read, waivers "
          "that have expired. It may be a policy.json (containers-policy.json(5)), a policy.toml "
          "of Lade's, or a trust policy of Notation's, which is told by its content. The exit code "
          "is 0 if there is nothing to tell, 1 with warnings, 2 if the file is no policy.",
          "  lade policy check\n"
          "  lade policy check ./policy.toml");
  const auto flags = std::make_shared<PolicyCheckFlags>();
  app.add_option("FILE", flags->file,
                 "The policy; otherwise the policy.toml and policy.json that count for this user");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  app.callback([&session, flags] { check(session, *flags); });
}

}  // namespace lade::cmd
