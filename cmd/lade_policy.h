#pragma once

#include <optional>
#include <set>
#include <string>

#include "cmd/admission.h"
#include "cmd/session.h"
#include "libimage/base/guarded.h"
#include "signing/lade_policy/judgement.h"

namespace lade::cmd {

/// The policy.toml that counts: what was given, else --policy, else LADE_POLICY, else the first
/// that is there of the user's and /etc's; nothing if none is.
std::optional<std::string> find_lade_policy(Session& session, const std::string& given = {});

/// A policy.toml at work. May be asked from several threads.
class LadePolicyJudge final : public ImageJudge {
 public:
  /// Reads the file; `session` outlives this. Not from several threads.
  LadePolicyJudge(Session& session, const std::string& path)
      : session_(&session),
        context_(session.transports()),
        policy_(signing::parse_lade_policy(session.policy().text_of(path), path)) {}

  const signing::LadePolicy& policy() const { return policy_; }
  /// Judges an image: `manifest` is what is used of it, or what its name stands for. `now`: as if
  /// it were then. `as`: as if this were its name.
  signing::ImageJudgement weigh(const ImageName& name, ImageSource& source,
                                const RawManifest& manifest, std::optional<Timestamp> now = {},
                                const std::string& as = {}) const;
  /// The same before an image is used. One that is not allowed is refused (`denied`, with rule and
  /// reason), warned of once, or only written down, as the rule's mode is; whichever it is, a line
  /// goes to the audit log if the policy names one.
  void judge(const ImageName& name, ImageSource& source, const RawManifest& manifest) override;

 private:
  void write_audit(const ImageName& name, const Digest& digest,
                   const signing::ImageJudgement& judgement) const;

  Session* session_;
  TransportContext context_;  ///< for base images
  signing::LadePolicy policy_;
  Guarded<std::set<std::string>> warned_;
};

/// Null if no policy.toml counts for this user.
std::unique_ptr<ImageJudge> find_lade_judge(Session& session);

/// What a judgement says, as JSON has it.
Json judgement_record(const signing::ImageJudgement& judgement);
/// The same for people: a line a requirement, indented.
std::string judgement_text(const signing::ImageJudgement& judgement);

}  // namespace lade::cmd
