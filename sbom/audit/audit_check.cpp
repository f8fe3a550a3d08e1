#include "sbom/audit/audit_check.h"

#include <algorithm>
#include <vector>

#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

constexpr std::string_view severity_words[] = {"info", "low", "medium", "high", "critical"};

std::vector<AuditCheck> collect_checks() {
  std::vector<AuditCheck> all;
  for (const auto family :
       {user_checks(), permission_checks(), file_checks(), config_checks(), environment_checks(),
        history_checks(), label_checks(), base_checks(), date_checks(), attachment_checks(),
        lifecycle_checks(), size_checks()}) {
    all.insert(all.end(), family.begin(), family.end());
  }
  return all;
}

}  // namespace

std::string_view to_string(AuditSeverity severity) {
  return severity_words[static_cast<std::size_t>(severity)];
}

std::optional<AuditSeverity> find_audit_severity(std::string_view word) {
  const auto* const found = std::find(std::begin(severity_words), std::end(severity_words), word);
  if (found == std::end(severity_words)) return std::nullopt;
  return static_cast<AuditSeverity>(found - std::begin(severity_words));
}

std::span<const AuditCheck> audit_checks() {
  static const std::vector<AuditCheck> all = collect_checks();
  return all;
}

const AuditCheck* find_audit_check(std::string_view id) {
  for (const AuditCheck& check : audit_checks()) {
    if (check.id == id) return &check;
  }
  return nullptr;
}

}  // namespace lade::sbom
