#include "cmd/admission.h"

#include "cmd/lade_policy.h"
#include "cmd/policy_judge.h"
#include "cmd/signing_keys.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {

void ImageJudges::admit(ImageSource& source, const RawManifest& manifest) {
  const std::pair<std::string, Digest> key{source.name(), manifest.digest};
  const std::shared_ptr<Guarded<bool>> admitted = asked_.with([&](auto& all) {
    auto& one = all[key];
    if (!one) one = std::make_shared<Guarded<bool>>(false);
    return one;
  });
  // whoever asks about the same image meanwhile waits for the answer
  admitted->with([&](bool& is_admitted) {
    if (is_admitted) return;
    const ImageName name = parse_image_name(key.first);
    for (const auto& judge : judges_) judge->judge(name, source, manifest);
    is_admitted = true;
  });
}

std::shared_ptr<ImageJudges> make_judges(Session& session) {
  const PolicyChoice& choice = session.policy();
  if (choice.insecure && !choice.named().empty()) {
    fail(ErrorKind::invalid,
         "--insecure-policy asks no policy, and {} was to be asked: wanted one of them",
         printable(choice.named().front()));
  }
  std::vector<std::unique_ptr<ImageJudge>> judges;
  if (auto policy = find_policy_judge(session)) judges.push_back(std::move(policy));
  if (auto policy = find_lade_judge(session)) judges.push_back(std::move(policy));
  return std::make_shared<ImageJudges>(std::move(judges));
}

void add_signature_policy(CLI::App& app, Session& session) {
  app.add_option("--signature-policy",
                 "The policy.json or policy.toml that decides about images (as --policy)")
      ->type_name("FILE")
      ->check(not_empty())
      ->each([&session](const std::string& value) { session.policy().choose(value); });
}

}  // namespace lade::cmd
