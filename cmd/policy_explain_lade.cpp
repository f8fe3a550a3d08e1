#include "cmd/lade_policy.h"
#include "cmd/output/listing.h"
#include "cmd/policy_command.h"
#include "cmd/policy_image.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// The policy.toml to explain by, if one counts.
std::optional<std::string> lade_file(Session& session, const std::string& given) {
  if (given.empty()) return find_lade_policy(session);
  const std::string text = read_file(given, signing::Policy::size_limit_bytes);
  if (format_of_policy(text) != PolicyFormat::lade) return std::nullopt;
  return given;
}

}  // namespace

bool explain_lade_policy(Session& session, const ImageName& name, const PolicyExplainFlags& flags) {
  const auto path = lade_file(session, flags.policy);
  if (!path) return false;
  const LadePolicyJudge judge(session, *path);
  const auto source = open_source(name, session.transports());
  const RawManifest manifest = manifest_to_explain(*source, flags);
  const signing::ImageJudgement judgement = judge.weigh(name, *source, manifest, {}, flags.as);
  if (flags.format.empty()) {
    const std::string_view verdict = judgement.allowed        ? "allowed"
                                     : judgement.is_refused() ? "refused"
                                                              : "not allowed, but used";
    session.print(fmt::format("{} is {}\n  manifest  {}\n  policy    {}\n{}", printable(name.str()),
                              verdict, manifest.digest.str(), printable(*path),
                              judgement_text(judgement)));
  } else {
    Json record{{"image", name.str()}, {"digest", manifest.digest.str()}, {"policy", *path}};
    record.update(judgement_record(judgement));
    session.print(format_record(record, flags.format));
  }
  if (judgement.is_refused()) session.exit_code = 6;
  return !flags.policy.empty() || !find_policy_file(session);
}

}  // namespace lade::cmd
