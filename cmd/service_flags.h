#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cmd/session.h"
#include "cmd/signing_keys.h"
#include "signing/keyless/witness.h"
#include "signing/sigstore/vouchers.h"

namespace lade::cmd {

/// The services that have a part in signing, as flags name them. Without any, nobody is asked.
struct ServiceFlags {
  std::string fulcio_url;
  std::string rekor_url;
  std::optional<unsigned> rekor_version;
  std::string timestamp_url;
  std::string signing_config;
  std::optional<bool> upload;
  std::string token;
  std::optional<std::string> audience;
  std::string trusted_root;
  bool ignore_sct = false;

  /// As cosign calls them. The object outlives `app`.
  void add_to(CLI::App& app);
  /// None of them was given.
  bool is_silent() const;
};

/// Who is to sign, and who is to be asked about it: as far as one gets without asking anybody.
struct SignerPlan {
  /// The key that was given, or one that lives as long as the program.
  std::unique_ptr<signing::Signer> signer;
  std::string fulcio_url{};  ///< has to certify it; empty: it is somebody's own
  std::string token{};       ///< or the name of its file; may be empty
  std::string audience{};
  signing::Witnesses witnesses{};

  bool is_keyless() const { return !fulcio_url.empty(); }
  /// How what is no envelope is going to be signed.
  signing::SignatureScheme scheme() const {
    return signing::Vouchers{.by_hash = !witnesses.logs.empty()}.scheme_for(signer->public_key());
  }
  /// What cosign's tag has no place for: entries of Rekor v2, a second entry or timestamp.
  bool exceeds_cosign() const;
};

/// With `key`, or without one by a key for which Fulcio is to issue a certificate. `invalid` for
/// flags that contradict each other or change nothing, if there is neither, or if nobody could tell
/// when a certificate was used.
SignerPlan plan_signer(const Session& session, const KeyFlags& key, const ServiceFlags& flags);

/// Whoever signs, and what goes with each signature.
struct OpenedSigner {
  std::unique_ptr<signing::Signer> signer;
  signing::Vouchers vouchers{};

  bool is_keyless() const { return !vouchers.certificates.empty(); }
  /// {"key": …} or {"certificate": {"identity", "issuer"}}, for a record of what was done.
  Json record() const;
};

/// Has the key certified, if it is to be: what the services keep of that is public. So whatever may
/// be wrong with a command has been looked at before.
OpenedSigner open_signer(Session& session, SignerPlan plan);

}  // namespace lade::cmd
