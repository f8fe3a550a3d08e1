#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {

/// What a policy thinks of a licence or a package, from the best.
enum class LicenseVerdict {
  allowed,
  excepted,  ///< an exception allows what is denied otherwise
  warned,
  denied
};

/// "allowed", "excepted", "warned", "denied".
std::string_view to_string(LicenseVerdict verdict);

/// One element of a list of the policy.
struct LicenseRule {
  /// How closely it names a licence: the closest rule that applies decides, and of equally close
  /// ones that which denies.
  enum class Kind { category, pattern, license, licensed_work };

  Kind kind = Kind::license;
  LicenseVerdict verdict = LicenseVerdict::allowed;  ///< allowed, warned or denied
  LicenseCategory category = LicenseCategory::other;
  std::string pattern{};  ///< "CC-BY-NC-*", where "*" is any characters
  SpdxLicense license{};  ///< with an exception if it is a licensed_work
  std::string place{};    ///< "licenses.toml:3"

  bool applies_to(const SpdxLicense& other) const;
  /// "MIT", "category permissive".
  std::string str() const;
};

/// A whole expression that is allowed, warned of or denied, whatever is in it.
struct ExpressionRule {
  SpdxExpression expression;  ///< normalised
  LicenseVerdict verdict = LicenseVerdict::allowed;
  std::string place{};
};

/// What may be in some packages all the same.
struct LicenseException {
  std::string package{};                ///< purl, "*" is any characters
  std::vector<LicenseRule> licenses{};  ///< which; none: whatever it has
  std::string reason{};
  std::optional<Timestamp> expires{};  ///< the first moment at which it counts no more
  std::string place{};

  /// Whether it is for a package: its purl, or that without qualifiers, or without the version too.
  bool is_for(std::string_view purl) const;
};

/// licenses.toml (docs/licenses.md).
struct LicensePolicy {
  static constexpr std::size_t size_limit_bytes = std::size_t{1} << 20;

  std::vector<LicenseRule> rules{};
  std::vector<ExpressionRule> expressions{};
  LicenseVerdict fallback = LicenseVerdict::denied;  ///< of licences that no rule is for
  LicenseVerdict unknown =
      LicenseVerdict::denied;  ///< of LicenseRef-s, and of packages without a licence
  std::vector<LicenseException> exceptions{};
};

/// Throws `invalid` with file, line and key for what is no policy; `path` is for messages.
LicensePolicy parse_license_policy(std::string_view text, const std::string& path);

/// A package as a policy sees it.
struct LicensedPackage {
  std::string purl{};
  std::string name{};
  std::string version{};
  std::optional<SpdxExpression> expression{};  ///< nothing if nobody knows
};

/// A licence that stands in the way, and why.
struct LicenseObjection {
  std::string license{};  ///< empty: there is none
  LicenseVerdict verdict = LicenseVerdict::denied;
  std::string reason{};  ///< "category strong-copyleft is denied (licenses.toml:7)"
};

/// What a policy says of a package.
struct LicenseJudgement {
  LicenseVerdict verdict = LicenseVerdict::denied;
  /// None if it is allowed; of an excepted package those that the exception takes.
  std::vector<LicenseObjection> objections{};
  std::optional<LicenseException> exception{};  ///< that counts
  std::vector<std::string> notes{};             ///< exceptions that would count, but have expired
};

/// Of an OR the best branch counts. `now` decides which exceptions have expired.
LicenseJudgement judge(const LicensePolicy& policy, const LicensedPackage& package, Timestamp now);

}  // namespace lade::sbom
