#pragma once

#include <string>
#include <string_view>

#include "libimage/base/secret.h"
#include "libimage/base/time.h"

namespace lade::signing {

/// What a token has to be good for.
struct TokenUse {
  std::string audience = "sigstore";
  Timestamp now{};
};

/// An OpenID Connect identity token (RFC 7519): who somebody is, as an issuer says. Its signature
/// is for whom it is shown to; here it is only read.
struct IdentityToken {
  static constexpr std::size_t size_limit_bytes = std::size_t{64} << 10;

  Secret text{};
  std::string issuer{};
  std::string subject{};
  std::string email{};  ///< empty: it names none
  Timestamp expires{};

  /// Whom it is about, as Fulcio calls them: what proves that one has a key is a signature of this.
  const std::string& principal() const { return email.empty() ? subject : email; }
};

/// `invalid` if `text` is no such token, in words that repeat nothing of it; `denied` if it is not
/// good for `use`: expired, not yet valid, for another audience, of an email address that nobody
/// verified.
IdentityToken read_identity_token(const Secret& text, std::string_view what, const TokenUse& use);

}  // namespace lade::signing
