#pragma once

#include <string>

#include "sbom/audit/audit_report.h"

namespace lade::cmd {

/// What is to be said of an audit, in every form. All outlive it.
struct AuditView {
  const sbom::AuditSubject& subject;
  const sbom::AuditProfile& profile;
  const sbom::AuditReport& report;
};

/// To be read by a person in a hurry: by severity, what was found, why, and what to do.
std::string audit_text(const AuditView& view, bool colors);
/// A record with schemaVersion (docs/audit.md, "JSON").
std::string audit_json(const AuditView& view);
/// SARIF 2.1.0.
std::string audit_sarif(const AuditView& view);
/// A page that needs nothing else: no script, no font, no picture from anywhere.
std::string audit_page(const AuditView& view);

/// "1 critical, 2 high"; "nothing" if there is none.
std::string count_severities(const sbom::AuditReport& report);
/// "layer 3: RUN useradd bob", in one line, as far as it is known.
std::string cause_line(const sbom::AuditCause& cause);
/// Where a finding is: a path with "/" in front, or another place.
std::string finding_place(const sbom::AuditFinding& finding);

}  // namespace lade::cmd
