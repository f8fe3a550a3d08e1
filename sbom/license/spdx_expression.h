#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/license/license_list.h"

namespace lade::sbom {

/// One licence in an expression: "GPL-2.0-only WITH Classpath-exception-2.0".
struct SpdxLicense {
  std::string id{};       ///< canonical id, or [DocumentRef-…:]LicenseRef-…
  bool or_later = false;  ///< "+" behind an id that has no "-or-later" of its own
  std::string exception{};  ///< canonical exception, or [DocumentRef-…:]AdditionRef-…; may be empty

  /// Whether it is none of the list: a LicenseRef-.
  bool is_reference() const;
  /// That of the list; `other` for a LicenseRef-. Strong copyleft is weak with an exception that
  /// frees other works.
  LicenseCategory category() const;
  std::string str() const;

  bool operator==(const SpdxLicense&) const = default;
  auto operator<=>(const SpdxLicense&) const = default;
};

/// What became of an expression under a rule.
struct LicenseEvaluation {
  bool allowed = false;
  /// Those that stand in the way, sorted, each once; none if it is allowed.
  std::vector<SpdxLicense> offending{};
};

/// A licence expression (SPDX 2.3, annex D; SPDX 3.0, annex B). Holding one proves it well-formed.
class SpdxExpression {
 public:
  static constexpr std::size_t text_limit_bytes = 64 * 1024;
  static constexpr std::size_t license_limit = 2048;
  static constexpr int depth_limit = 64;

  /// What is deprecated is read as what replaces it, so "GPL-2.0+" is "GPL-2.0-or-later".
  /// `invalid`, with the column, for what is no expression, names an id that is not on the list
  /// or passes a limit.
  static SpdxExpression parse(std::string_view text);
  static SpdxExpression of(SpdxLicense license);
  /// All of them, any of them; `parts` is not empty.
  static SpdxExpression all_of(std::vector<SpdxExpression> parts);
  static SpdxExpression any_of(std::vector<SpdxExpression> parts);

  /// The same in the one form that equal expressions have: no AND in an AND nor OR in an OR,
  /// sorted, each part once, and without what another part makes idle ("MIT OR (MIT AND ISC)" is
  /// "MIT").
  SpdxExpression normalized() const;
  /// As SPDX writes it, with parentheses around every AND in an OR and OR in an AND.
  std::string str() const;
  /// As SPDX 2 and CycloneDX know it, which have no AdditionRef-: what has one is a LicenseRef-.
  SpdxExpression without_additions() const;
  /// With another expression in place of each licence.
  SpdxExpression mapped(const std::function<SpdxExpression(const SpdxLicense&)>& change) const;
  /// Every licence in it, sorted, each once.
  std::vector<SpdxLicense> licenses() const;
  /// Of an OR one allowed branch suffices, of an AND each has to be.
  LicenseEvaluation evaluate(const std::function<bool(const SpdxLicense&)>& is_allowed) const;

  bool operator==(const SpdxExpression& other) const;
  bool operator<(const SpdxExpression& other) const;

 private:
  enum class Kind { license, all_of, any_of };

  SpdxExpression() = default;
  static SpdxExpression combine(Kind kind, std::vector<SpdxExpression> parts);
  void collect(std::vector<SpdxLicense>& licenses) const;
  /// Whether `other` holds wherever this does, as far as the parts of both tell.
  bool implies(const SpdxExpression& other) const;

  Kind kind_ = Kind::license;
  SpdxLicense license_{};
  std::vector<SpdxExpression> parts_{};

  friend class SpdxParser;
};

}  // namespace lade::sbom
