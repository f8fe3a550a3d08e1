#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "cmd/session.h"
#include "cmd/trust_flags.h"
#include "signing/notation/notary_verify.h"

namespace lade::cmd {

/// Notation's own trust store, of this user.
std::string notation_trust_store(const Session& session);

/// Whom to trust of Notary Project signatures, as typed.
struct NotationFlags {
  std::string policy;
  std::string store;

  bool is_given() const { return !policy.empty() || !store.empty(); }
  /// --notation-trust-policy and --notation-trust-store. The object outlives `app`.
  void add_to(CLI::App& app);
  /// What a trust policy says of the image with this name (as ImageSource::name has it): the one
  /// that is named; else, unless `others` name somebody, the authority of --certificate-chain, or
  /// Notation's own policy. Nothing if there is none. `denied` if a policy says nothing of the
  /// image.
  std::optional<signing::NotaryTrust> find_trust(const Session& session, const TrustFlags& others,
                                                 const std::string& image) const;
};

}  // namespace lade::cmd
