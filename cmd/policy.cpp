#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/policy_command.h"
#include "cmd/policy_image.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/gpg/keyring.h"
#include "signing/policy/warnings.h"

namespace lade::cmd {
namespace {

struct Flags {
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

void check(Session& session, const Flags& flags) {
  const std::string file = policy_file(session, flags.file);
  const auto warnings = warnings_of(signing::load_policy(file), trouble_with);
  session.print(flags.format.empty() ? text_of(file, warnings)
                                     : format_record(record_of(file, warnings), flags.format));
  if (!warnings.empty()) session.exit_code = 1;
}

void declare_check(CLI::App& app, Session& session) {
  explain(app,
          "Reads a policy.json as strictly as containers-policy.json(5) says, and tells what it "
          "allows and cannot be meant: scopes that no image belongs to, requirements that nothing "
          "fulfils, keys that cannot be read. The exit code is 0 if there is nothing to tell, 1 "
          "with warnings, 2 if the file is no policy.",
          "  lade policy check\n"
          "  lade policy check ./policy.json");
  const auto flags = std::make_shared<Flags>();
  app.add_option("FILE", flags->file, "The policy; otherwise the one that counts for this user");
  app.add_option("--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  app.callback([&session, flags] { check(session, *flags); });
}

}  // namespace

void declare_policy(CLI::App& app, Session& session) {
  explain(app, "Which images are allowed, by whose signature, and why.",
          "  lade policy check\n"
          "  lade policy explain docker://registry.example.com/app:1");
  app.require_subcommand(1);
  declare_check(*app.add_subcommand("check", "Look for mistakes in a policy"), session);
  declare_policy_explain(*app.add_subcommand("explain", "Tell which rule decides on an image"),
                         session);
}

}  // namespace lade::cmd
