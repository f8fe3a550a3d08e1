#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/pattern.h"
#include "signing/x509/identity.h"

namespace lade::signing {

/// A text that is wanted: exactly, or by a pattern that matches somewhere in it.
class WantedText {
 public:
  static WantedText exactly(std::string text);
  /// RE2; `invalid`, naming `what`, if it is none.
  static WantedText matching(std::string_view pattern, std::string_view what);

  bool accepts(std::string_view text) const;
  /// As a message shows it.
  std::string str() const;

 private:
  std::string text_;  ///< or the pattern
  std::optional<Pattern> pattern_;
};

/// Whom a certificate has to name, for its signature to count.
struct WantedIdentity {
  WantedText name;
  WantedText issuer;
  /// Fulcio's extensions, by the names that CertificateIdentity has for them.
  std::map<std::string, WantedText> extensions{};

  /// What of `got` is not as wanted, in words; nothing if it all is.
  std::optional<std::string> objection(const CertificateIdentity& got) const;
};

/// `denied`, with all objections, if none of them is met.
void require_identity(const CertificateIdentity& got, const std::vector<WantedIdentity>& wanted);

}  // namespace lade::signing
