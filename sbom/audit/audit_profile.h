#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "sbom/audit/audit_check.h"
#include "sbom/audit/path_glob.h"

namespace lade::sbom {

/// What checks measure by. 0: no limit.
struct AuditLimits {
  std::uint64_t size_bytes = std::uint64_t{1} << 30U;  ///< of all layers as they are stored
  std::uint64_t layers = 40;
  std::int64_t age_days = 365;            ///< of the image
  std::int64_t attachment_age_days = 30;  ///< of a vulnerability report
  std::vector<std::string> labels{};      ///< keys that must be there, as label or annotation
  std::vector<std::string> bases{};       ///< names (with wildcards) and digests; empty: any
};

/// A finding that somebody has accepted.
struct AuditException {
  std::string check{};
  std::optional<PathGlob> path{};  ///< nothing: whatever the check finds
  std::string reason{};
  std::optional<Timestamp> expires{};
  std::string origin{};  ///< "FILE:LINE"
};

/// What is asked of an image.
struct AuditProfile {
  std::string name{};
  /// By id; what is not in it is not looked at.
  std::map<std::string, AuditSeverity, std::less<>> checks{};
  AuditLimits limits{};
  std::vector<AuditException> exceptions{};
  /// From this severity on a finding fails the image; nothing: none does.
  std::optional<AuditSeverity> fail_on = AuditSeverity::high;

  bool has(std::string_view check) const { return checks.find(check) != checks.end(); }
  bool needs(AuditInput input) const;
};

/// "default", "ci", "cis", "strict".
const std::vector<std::string_view>& builtin_audit_profiles();
/// Nothing if there is none of this name.
std::optional<AuditProfile> find_audit_profile(std::string_view name);

/// Reads the file that `path` names; for `extends`.
using ProfileLoader = std::function<std::string(const std::string& path)>;

/// A profile in TOML (docs/audit.md, "Profiles"). Throws `invalid` with file, line, key, wanted and
/// got. `extends` names a built-in profile or a file, which `load` reads.
AuditProfile parse_audit_profile(std::string_view text, const std::string& path,
                                 const ProfileLoader& load);

}  // namespace lade::sbom
