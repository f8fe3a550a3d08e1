#pragma once

#include <span>

#include "sbom/audit/audit_check.h"

namespace lade::sbom {

std::span<const AuditCheck> user_checks();
std::span<const AuditCheck> file_checks();
std::span<const AuditCheck> permission_checks();
std::span<const AuditCheck> config_checks();
std::span<const AuditCheck> environment_checks();
std::span<const AuditCheck> history_checks();
std::span<const AuditCheck> label_checks();
std::span<const AuditCheck> base_checks();
std::span<const AuditCheck> date_checks();
std::span<const AuditCheck> attachment_checks();
std::span<const AuditCheck> lifecycle_checks();
std::span<const AuditCheck> size_checks();

}  // namespace lade::sbom
