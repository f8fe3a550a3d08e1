#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cmd/session.h"
#include "cmd/signing_keys.h"
#include "libimage/image/copy.h"
#include "libimage/transport/transport.h"

namespace lade::cmd {

/// What is signed about an image that was copied, at the place it went to.
struct CopySigning {
  KeyFlags key;          ///< of a signature of the image
  std::string identity;  ///< the name it is signed for; empty: its own there
  bool record_delivery = false;
  KeyFlags delivery_key;
  std::string actor;

  void add_to(CLI::App& app);
  /// Throws `invalid` for flags that lack one another.
  void require_whole() const;
  /// Signs the image that was copied, or records its delivery, or neither, as the flags say; what
  /// was there already is not delivered. `context` opens it at its destination.
  void carry_out(Session& session, const std::string& source, const ImageName& destination,
                 const TransportContext& context, const CopyReport& report) const;
};

}  // namespace lade::cmd
