#include <algorithm>

#include "sbom/audit/audit_profile.h"

namespace lade::sbom {
namespace {

/// Every check that `wants` chooses, at its own severity.
template <class Wants>
AuditProfile profile_of(std::string_view name, std::optional<AuditSeverity> fail_on,
                        const Wants& wants) {
  AuditProfile profile{.name = std::string(name), .fail_on = fail_on};
  for (const AuditCheck& check : audit_checks()) {
    if (wants(check)) profile.checks.emplace(check.id, check.severity);
  }
  return profile;
}

AuditProfile strict_profile() {
  AuditProfile profile =
      profile_of("strict", AuditSeverity::low, [](const AuditCheck&) { return true; });
  for (const char* check : {"signature-missing", "sbom-missing", "provenance-missing",
                            "base-unpinned", "base-unknown"}) {
    profile.checks[check] = AuditSeverity::high;
  }
  for (const char* check : {"config-healthcheck", "user-name", "attachment-unsigned"}) {
    profile.checks[check] = AuditSeverity::medium;
  }
  profile.limits.age_days = 90;
  profile.limits.attachment_age_days = 7;
  for (const char* key : {"created", "licenses", "revision", "source", "title", "version"}) {
    profile.limits.labels.push_back(std::string("org.opencontainers.image.") + key);
  }
  return profile;
}

}  // namespace

bool AuditProfile::needs(AuditInput input) const {
  return std::any_of(checks.begin(), checks.end(), [&](const auto& one) {
    const AuditCheck* check = find_audit_check(one.first);
    return check != nullptr && check->input == input;
  });
}

const std::vector<std::string_view>& builtin_audit_profiles() {
  static const std::vector<std::string_view> names = {"default", "ci", "cis", "strict"};
  return names;
}

std::optional<AuditProfile> find_audit_profile(std::string_view name) {
  if (name == "default") {
    return profile_of(name, AuditSeverity::high,
                      [](const AuditCheck& check) { return check.tier != AuditTier::strict; });
  }
  if (name == "ci") {
    return profile_of(name, AuditSeverity::medium,
                      [](const AuditCheck& check) { return check.tier == AuditTier::ci; });
  }
  if (name == "cis") {
    return profile_of(name, AuditSeverity::medium,
                      [](const AuditCheck& check) { return !check.cis.empty(); });
  }
  if (name == "strict") return strict_profile();
  return std::nullopt;
}

}  // namespace lade::sbom
