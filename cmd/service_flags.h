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
  unsigned rekor_version = 1;
  std::string timestamp_url;
  std::string signing_config;
  std::optional<bool> upload;
  std::string token;
  std::string audience = "sigstore";
  std::string trusted_root;

  /// As cosign calls them. The object outlives `app`.
  void add_to(CLI::App& app);
  /// Is there anybody to ask, or a token to ask with?
  bool name_anybody() const;
};

/// Whoever signs, and what goes with each signature.
struct OpenedSigner {
  std::unique_ptr<signing::Signer> signer;
  signing::Vouchers vouchers{};
  bool asks_rekor_v2 = false;  ///< whose entries cosign's tag has no place for

  bool is_keyless() const { return !vouchers.certificates.empty(); }
  /// {"key": …} or {"certificate": {"identity", "issuer"}}, for a record of what was done.
  Json record() const;
};

/// With `key`, or without one by a key that lives as long as the program, and a certificate that
/// Fulcio issues for it. `invalid` if there is neither, or if nobody could tell when a certificate
/// was used.
OpenedSigner open_signer(Session& session, const KeyFlags& key, const ServiceFlags& services);

}  // namespace lade::cmd
