#include "cmd/notation_flags.h"
#include "cmd/output/man.h"
#include "cmd/output_file.h"
#include "cmd/policy_command.h"
#include "cmd/signing_keys.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/convert.h"
#include "signing/notation/trust_policy.h"
#include "signing/notation/trust_store.h"

namespace lade::cmd {
namespace {

struct PolicyConvertFlags {
  std::string file;
  std::string output;
  std::string trust_store;
  bool lossy = false;
};

signing::ConvertedPolicy convert_trust_policy(const std::string& text, const std::string& file,
                                              const std::string& directory) {
  return to_lade_policy(signing::parse_trust_policy(text, file),
                        [&](const signing::TrustStoreName& store) {
                          const std::string place = trust_store_path(directory, store);
                          std::vector<std::string> files;
                          for (const std::string& name : list_names(place))
                            files.push_back(join_path(place, name));
                          return files;
                        });
}

signing::ConvertedPolicy convert(Session& session, const PolicyConvertFlags& flags) {
  const std::string& text = session.policy().text_of(flags.file);
  switch (format_of_policy(text)) {
    case PolicyFormat::policy_json:
      return to_lade_policy(signing::parse_policy_file(text, flags.file));
    case PolicyFormat::trust_policy:
      return convert_trust_policy(
          text, flags.file,
          flags.trust_store.empty() ? notation_trust_store(session) : flags.trust_store);
    case PolicyFormat::lade:
      return to_policy_json(signing::parse_lade_policy(text, flags.file));
  }
  return {};
}

void run(Session& session, const PolicyConvertFlags& flags) {
  std::optional<OutputFile> output;
  if (!flags.output.empty()) output.emplace(flags.output);
  const signing::ConvertedPolicy converted = convert(session, flags);
  for (const std::string& loss : converted.losses) {
    session.warn("what is lost: " + printable(loss));
  }
  if (!converted.losses.empty() && !flags.lossy) {
    fail(ErrorKind::unsupported,
         "{} says {} thing{} that the other form cannot say; with --lossy it is written without, "
         "and what depends on that refuses",
         flags.file, converted.losses.size(), converted.losses.size() == 1 ? "" : "s");
  }
  if (!output) return session.print(converted.text);
  output->write(converted.text);
}

}  // namespace

void declare_policy_convert(CLI::App& app, Session& session) {
  explain(
      app,
      "Writes a policy.json or a trust policy of Notation's as a policy.toml, and a policy.toml "
      "as a policy.json; which it is, its content tells. What the other form cannot say is "
      "told, and nothing is written (exit code 5) without --lossy; a rule that depends on it "
      "then refuses, so that nothing is allowed that was not.",
      "  lade policy convert /etc/containers/policy.json -o policy.toml\n"
      "  lade policy convert --lossy policy.toml");
  const auto flags = std::make_shared<PolicyConvertFlags>();
  app.add_option("FILE", flags->file, "The policy")->required();
  app.add_option("-o,--output", flags->output, "Write it there, not to stdout")
      ->type_name("FILE")
      ->check(not_empty());
  app.add_flag("--lossy", flags->lossy, "Write it without what cannot be said");
  app.add_option("--notation-trust-store", flags->trust_store,
                 "Where the certificates of a trust policy are (default: Notation's own)")
      ->type_name("DIRECTORY");
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
