#include "signing/notation/notary_signature.h"

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/notation/cose.h"
#include "signing/notation/jws.h"

namespace lade::signing {

std::string_view to_string(NotaryScheme scheme) {
  return scheme == NotaryScheme::x509 ? "notary.x509" : "notary.x509.signingAuthority";
}

NotarySignature parse_notary_signature(std::string_view media_type, std::string_view bytes,
                                       std::string_view what) {
  if (media_type == NotarySignature::jws_type) return parse_jws(bytes, what);
  if (media_type == NotarySignature::cose_type) return parse_cose(bytes, what);
  fail(ErrorKind::unsupported, "{} is of the type {}; wanted {} or {}", what, printable(media_type),
       NotarySignature::jws_type, NotarySignature::cose_type);
}

}  // namespace lade::signing
