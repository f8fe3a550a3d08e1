#include "cmd/lade_policy.h"
#include "cmd/output/listing.h"
#include "cmd/policy_command.h"
#include "libimage/base/text.h"

namespace lade::cmd {

bool explain_lade_policy(Session& session, const ImageToExplain& image, const std::string& path,
                         const std::string& format) {
  const LadePolicyJudge judge(session, path);
  const signing::ImageJudgement judgement =
      judge.weigh(image.name, *image.source, image.manifest, {}, image.as);
  const std::string name = image.name.str();
  const std::string digest = image.manifest.digest.str();
  if (format.empty()) {
    const std::string_view verdict = judgement.allowed        ? "allowed"
                                     : judgement.is_refused() ? "refused"
                                                              : "not allowed, but used";
    session.print(fmt::format("{} is {}\n  manifest  {}\n  policy    {}\n{}", printable(name),
                              verdict, digest, printable(path), judgement_text(judgement)));
  } else {
    Json record{{"image", name}, {"digest", digest}, {"policy", path}};
    record.update(judgement_record(judgement));
    session.print(format_record(record, format));
  }
  return judgement.is_refused();
}

}  // namespace lade::cmd
