#pragma once

#include <span>
#include <string>
#include <string_view>

#include "libimage/base/error.h"
#include "signing/x509/chain.h"

namespace lade::signing {

/// What a time-stamp authority attests.
struct VerifiedTimestamp {
  Timestamp time;
  std::string authority;  ///< as `Authority::name` has it
};

/// Who made a timestamp is not among those who are believed. It may be as good as any, so a caller
/// who has another one can go on without it.
class UnknownAuthority final : public Error {
 public:
  explicit UnknownAuthority(std::string message) : Error(ErrorKind::denied, std::move(message)) {}
};

/// The time that an RFC 3161 TimeStampResp tells, whoever signed it. `invalid` for what is none.
Timestamp told_time(std::string_view response);

/// Checks an RFC 3161 TimeStampResp over `stamped` (for Sigstore, the bytes of a signature): hash,
/// signature, the signer's certificate (embedded, or the first of an authority's chain) and its
/// chain as of the time that is told, the authority's validity. Throws `invalid` for what is no
/// response, `unsupported` for a hash weaker than SHA-256, `denied` with the reason otherwise;
/// UnknownAuthority if no authority vouches for the signer.
VerifiedTimestamp verify_timestamp(std::string_view response, std::string_view stamped,
                                   std::span<const Authority> authorities);

}  // namespace lade::signing
