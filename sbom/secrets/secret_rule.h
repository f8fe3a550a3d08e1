#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"

namespace lade::sbom {

enum class SecretSeverity : unsigned char { low, medium, high, critical };

/// "low"…
std::string_view to_string(SecretSeverity severity);
std::optional<SecretSeverity> find_secret_severity(std::string_view word);

/// What a secret must be beside what its pattern says.
enum class SecretShape : unsigned char {
  any,
  mixed,          ///< has letters and digits: no word and no number
  credentials,    ///< base64 of "user:password"
  json_web_token  ///< its first part is base64 of an object with "alg"
};

std::string_view to_string(SecretShape shape);
std::optional<SecretShape> find_secret_shape(std::string_view word);

/// What one kind of secret looks like. A plain value; `SecretRules` makes it work.
struct SecretRule {
  std::string id{};        ///< lower-case letters, digits, "-"
  std::string title{};     ///< "AWS access key id"
  std::string category{};  ///< "cloud"; secrets of category "password" may be short
  SecretSeverity severity = SecretSeverity::high;
  /// Texts of which one stands near every such secret. May be none if there is a `path`.
  std::vector<std::string> keywords{};
  bool ignore_case = false;  ///< of the keywords
  /// What must be near as well, within the reach; empty for nothing. Cheaper than the pattern.
  std::string also{};
  /// RE2, with a group named "secret".
  std::string pattern{};
  /// RE2; only files whose path it matches are searched. Paths have no "/" in front.
  std::string path{};
  std::vector<std::string> allow{};        ///< RE2; a secret that one of them matches is none
  std::vector<std::string> allow_match{};  ///< the same of all that the pattern matches
  /// Shannon's, of the secret's bytes, in bits per byte.
  double least_entropy = 0;
  SecretShape shape = SecretShape::any;
  bool binary = false;  ///< are binary files searched, too?
  /// Is the image's configuration searched, too?
  bool config = true;
  /// How far a match reaches before and behind the begin of the keyword.
  std::size_t before_bytes = 32;
  std::size_t after_bytes = 256;
};

inline constexpr std::size_t secret_reach_limit_bytes = 4096;

/// Findings that are known and accepted. All that is given must hold of a finding.
struct SecretAllowance {
  std::string reason{};
  std::optional<Timestamp> expires{};  ///< the first moment at which it counts no more
  std::vector<std::string> rules{};    ///< ids
  std::string path{};                  ///< RE2
  std::string pattern{};               ///< RE2, of the secret
  std::string fingerprint{};
};

/// Those that come with the program, in the order of their precedence: of two secrets that overlap
/// the one of the earlier rule is reported.
const std::vector<SecretRule>& builtin_secret_rules();

}  // namespace lade::sbom
