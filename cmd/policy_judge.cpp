#include "cmd/policy_judge.h"

#include <algorithm>

#include "cmd/policy_image.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

using signing::Requirements;

bool allows_anything(const Requirements& requirements) {
  return std::all_of(requirements.begin(), requirements.end(), [](const auto& one) {
    return std::holds_alternative<signing::AcceptAnything>(one);
  });
}

bool allows_anything(const signing::Policy& policy) {
  return allows_anything(policy.fallback) &&
         std::all_of(policy.transports.begin(), policy.transports.end(), [](const auto& transport) {
           return std::all_of(transport.second.begin(), transport.second.end(),
                              [](const auto& scope) { return allows_anything(scope.second); });
         });
}

class PolicyJudge final : public ImageJudge {
 public:
  PolicyJudge(Session& session, std::string file, signing::Policy policy)
      : session_(session), file_(std::move(file)), policy_(std::move(policy)) {}

  void judge(const ImageName& name, ImageSource& source, const RawManifest& manifest) override {
    const signing::PolicyImage image{
        .subject = policy_subject(session_, name), .manifest = manifest.digest, .signatures = [&] {
          return find_image_signatures(source, manifest.digest);
        }};
    const signing::Decision decision =
        decide(policy_, image,
               {.temporary_directory = session_.variable("TMPDIR").value_or("/tmp"),
                .now = session_.now()});
    if (decision.allowed) return;
    fail(ErrorKind::denied,
         "the policy {} does not allow {}: by {}: {}; \"lade policy explain {}\" tells more",
         printable(file_), printable(name.str()), printable(decision.rule()),
         printable(decision.objection()), printable(name.str()));
  }

 private:
  Session& session_;
  std::string file_;
  signing::Policy policy_;
};

}  // namespace

std::unique_ptr<ImageJudge> find_policy_judge(Session& session) {
  if (session.policy().insecure) return nullptr;
  const auto file = find_policy_file(session);
  if (!file) return nullptr;
  signing::Policy policy = signing::parse_policy_file(session.policy().text_of(*file), *file);
  if (allows_anything(policy)) return nullptr;
  return std::make_unique<PolicyJudge>(session, *file, std::move(policy));
}

}  // namespace lade::cmd
