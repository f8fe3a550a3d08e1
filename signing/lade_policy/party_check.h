#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "signing/image/verify_image.h"
#include "signing/lade_policy/image_facts.h"
#include "signing/lade_policy/lade_policy.h"
#include "signing/policy/decide.h"

namespace lade::signing {

/// What a signature or attestation is worth, by one party.
struct PartyCheck {
  bool is_good = false;
  std::string id{};      ///< key or identity that signed, for telling signers apart
  std::string by{};      ///< the same for messages
  std::string reason{};  ///< why it does not count
  std::string docker_reference{};
  std::optional<Statement> statement{};
  /// When it was there, as a log or a time-stamp authority says.
  std::optional<Timestamp> verified_time{};
};

/// Looks at one thing that is attached to `manifest`: is it by `signer`, at a time when that was
/// trusted? Of several times that are vouched for each has to be; without one it is `now`.
PartyCheck check_party(const LadePolicy& policy, const NamedSigner& signer,
                       const AttachedSignature& attached, const Digest& manifest, Timestamp now);

/// The most parties of which each has signed with a key or identity that no other is counted by.
/// `signed_by` has the ids of each party.
std::size_t count_parties(const std::vector<std::vector<std::string>>& signed_by);

/// Something attached that was looked at, by everybody who could have signed it.
struct PartyAnswer {
  std::size_t party = 0;  ///< index in the set
  const AttachedSignature* attached = nullptr;
  const PartyCheck* check = nullptr;
};

/// A policy at work: checks each signature by each party once.
class PartyChecks {
 public:
  PartyChecks(const LadePolicy& policy, Timestamp now) : policy_(&policy), now_(now) {}

  const LadePolicy& policy() const { return *policy_; }
  Timestamp now() const { return now_; }
  /// What is attached to a manifest of the image and `wanted`, by every party of the set.
  std::vector<PartyAnswer> check(ImageFacts& facts, const Digest& manifest, const SignerSet& by,
                                 const std::function<bool(const AttachedSignature&)>& wanted);

 private:
  const LadePolicy* policy_;
  Timestamp now_;
  std::map<std::tuple<const AttachedSignature*, std::size_t>, PartyCheck> done_{};
};

}  // namespace lade::signing
