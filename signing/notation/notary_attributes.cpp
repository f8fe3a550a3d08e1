#include "signing/notation/notary_attributes.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

/// Every critical attribute is one that is understood and there, and those that have to be critical
/// are.
void require_critical(const NotaryAttributes& attributes, std::string_view what) {
  std::vector<std::string_view> wanted = {notary_attribute::scheme};
  if (attributes.authentic_time) wanted.push_back(notary_attribute::authentic_time);
  if (attributes.expiry) wanted.push_back(notary_attribute::expiry);
  for (const std::string& name : attributes.critical) {
    const bool understood = name == notary_attribute::scheme ||
                            name == notary_attribute::authentic_time ||
                            name == notary_attribute::expiry ||
                            (name == notary_attribute::signing_time && attributes.signing_time);
    if (!understood) {
      fail(ErrorKind::unsupported, "{}: the attribute {} is critical, and Lade does not know it",
           what, printable(name));
    }
    const auto at = std::find(wanted.begin(), wanted.end(), name);
    if (at == wanted.end() && name != notary_attribute::signing_time) {
      fail(ErrorKind::invalid, "{}: the critical attribute {} is not there, or named twice", what,
           name);
    }
    if (at != wanted.end()) wanted.erase(at);
  }
  if (!wanted.empty()) {
    fail(ErrorKind::invalid, "{}: the attribute {} is not marked critical", what, wanted.front());
  }
}

}  // namespace

void take_attributes(NotarySignature& signature, const NotaryAttributes& attributes,
                     std::string_view what) {
  if (attributes.content_type != NotarySignature::payload_type) {
    fail(ErrorKind::unsupported, "{}: its payload is {}; wanted {}", what,
         printable(attributes.content_type), NotarySignature::payload_type);
  }
  if (attributes.wants_plugin) {
    fail(ErrorKind::unsupported, "{}: it wants a plugin of Notation to verify it", what);
  }
  if (attributes.scheme == to_string(NotaryScheme::x509)) {
    signature.scheme = NotaryScheme::x509;
  } else if (attributes.scheme == to_string(NotaryScheme::signing_authority)) {
    signature.scheme = NotaryScheme::signing_authority;
  } else {
    fail(ErrorKind::unsupported, "{}: its signing scheme is {}; Lade knows {} and {}", what,
         printable(attributes.scheme), to_string(NotaryScheme::x509),
         to_string(NotaryScheme::signing_authority));
  }
  const bool by_authority = signature.scheme == NotaryScheme::signing_authority;
  const auto& time = by_authority ? attributes.authentic_time : attributes.signing_time;
  const auto& other = by_authority ? attributes.signing_time : attributes.authentic_time;
  if (!time || other) {
    fail(ErrorKind::invalid, "{}: of the scheme {} it has {} {}", what, attributes.scheme,
         time ? "an attribute of the other one:" : "no",
         by_authority == time.has_value() ? notary_attribute::signing_time
                                          : notary_attribute::authentic_time);
  }
  require_critical(attributes, what);
  signature.signing_time = time;
  signature.expiry = attributes.expiry;
}

}  // namespace lade::signing
