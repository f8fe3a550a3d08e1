#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "cmd/session.h"
#include "cmd/signing_keys.h"
#include "libimage/image/copy.h"
#include "libimage/transport/transport.h"
#include "signing/gpg/sign.h"

namespace lade::cmd {

/// What is signed about an image that was copied, at the place it went to.
struct CopySigning {
  KeyFlags key;              ///< of a signature of the image
  bool cosign_only = false;  ///< that signature is in cosign's older form alone
  std::string gpg_key;       ///< of one in a file beside it, by gpg
  std::string identity;      ///< the name it is signed for; empty: its own there
  bool record_delivery = false;
  KeyFlags delivery_key;
  std::string actor;
  /// Whether there is something to do after the copy.
  bool is_asked() const { return !key.reference.empty() || record_delivery; }

  void add_to(CLI::App& app);
  /// Throws `invalid` for flags that lack one another.
  void require_whole() const;
  /// Has the copy make signatures in files, if flags say so. `invalid` if what goes to `transport`
  /// has no name to be signed for.
  void prepare(Session& session, std::string_view transport, CopyOptions& options) const;
  /// Signs the image that was copied, or records its delivery, or neither, as the flags say; what
  /// was there already is not delivered. `context` opens it at its destination.
  void carry_out(Session& session, const std::string& source, const ImageName& destination,
                 const TransportContext& context, const CopyReport& report) const;

 private:
  /// Opened once for all images: a passphrase is asked for, or read from a descriptor, once.
  mutable std::shared_ptr<signing::Signer> signer_{};
  mutable std::shared_ptr<signing::Signer> delivery_signer_{};
  mutable std::shared_ptr<signing::GpgSigner> gpg_signer_{};
};

}  // namespace lade::cmd
