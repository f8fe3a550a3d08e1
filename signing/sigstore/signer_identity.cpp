#include "signing/sigstore/signer_identity.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {

WantedText WantedText::exactly(std::string text) {
  WantedText wanted;
  wanted.text_ = std::move(text);
  return wanted;
}

WantedText WantedText::matching(std::string_view pattern, std::string_view what) {
  WantedText wanted;
  wanted.text_ = pattern;
  wanted.pattern_ = Pattern::parse(pattern, what);
  return wanted;
}

bool WantedText::accepts(std::string_view text) const {
  return pattern_ ? pattern_->matches(text) : text == text_;
}

std::string WantedText::str() const { return (pattern_ ? "a match of " : "") + printable(text_); }

std::optional<std::string> WantedIdentity::objection(const CertificateIdentity& got) const {
  const bool named = std::any_of(got.names.begin(), got.names.end(),
                                 [&](const SubjectName& has) { return name.accepts(has.value); });
  if (!named) return fmt::format("it is for {}; wanted {}", got.str(), name.str());
  // without an issuer nobody vouched for the name, whatever a pattern would accept
  if (got.issuer.empty() || !issuer.accepts(got.issuer)) {
    return fmt::format("its issuer is {}; wanted {}",
                       got.issuer.empty() ? "not told" : printable(got.issuer), issuer.str());
  }
  for (const auto& [key, wanted] : extensions) {
    const auto has = got.extensions.find(key);
    if (has == got.extensions.end() || !wanted.accepts(has->second)) {
      return fmt::format("its {} is {}; wanted {}", key,
                         has == got.extensions.end() ? "not told" : printable(has->second),
                         wanted.str());
    }
  }
  return std::nullopt;
}

void require_identity(const CertificateIdentity& got, const std::vector<WantedIdentity>& wanted) {
  std::vector<std::string> objections;
  for (const WantedIdentity& one : wanted) {
    auto reason = one.objection(got);
    if (!reason) return;
    objections.push_back(std::move(*reason));
  }
  fail(ErrorKind::denied, "the signer's certificate names nobody who is trusted: {}",
       objections.empty() ? "no identity was given" : join(objections, "; "));
}

}  // namespace lade::signing
