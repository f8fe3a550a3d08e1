#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cmd/session.h"
#include "signing/sigstore/verify.h"

namespace lade::cmd {

/// The trusted root that a verdict rests on.
struct TrustUsed {
  std::string path;
  Timestamp modified;
};

/// What flags and the user's files say of whom to trust.
struct Trust {
  signing::VerifyOptions options;
  std::optional<TrustUsed> used{};  ///< nothing where a key alone decides
};

/// The flags of commands that verify signatures, as cosign calls them.
struct TrustFlags {
  std::vector<std::string> keys;
  std::string identity;
  std::string identity_pattern;
  std::string issuer;
  std::string issuer_pattern;
  std::string trusted_root;
  std::string authorities;  ///< --certificate-chain
  bool use_signed_timestamps = false;
  bool ignore_log = false;
  bool ignore_sct = false;

  /// Is there anybody to trust?
  bool names_anybody() const;
  /// Nothing is said of whom to trust, save perhaps by --certificate-chain alone.
  bool is_silent() const;
  /// The object outlives `app`.
  void add_to(CLI::App& app);
  /// `invalid` for flags that contradict each other, `not_found` if a trusted root is needed and
  /// there is none: --trusted-root, LADE_TRUSTED_ROOT, what cosign keeps in ~/.sigstore.
  Trust read(const Session& session) const;
};

}  // namespace lade::cmd
