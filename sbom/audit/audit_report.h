#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sbom/audit/audit_check.h"
#include "sbom/audit/audit_profile.h"
#include "sbom/audit/audit_subject.h"

namespace lade::sbom {

/// What brought it into the image, as far as the history tells.
struct AuditCause {
  std::optional<std::size_t> layer{};  ///< 0 is the lowest
  std::string instruction{};
};

/// One thing that a check found.
struct AuditFinding {
  std::string path{};    ///< in the image; empty: it is in no file
  std::string place{};   ///< what else it is in: "USER", "label org.example.x", "layer 3"
  std::string detail{};  ///< what is wrong there, in words
  AuditCause cause{};
  std::optional<std::string> accepted{};  ///< why it is no fault here; nothing if it is one
};

enum class AuditState : unsigned char {
  pass,
  accepted,  ///< exceptions cover all that it found
  skip,      ///< what it needs is not there
  warn,      ///< it found something below the bar
  fail       ///< it found something at or over the bar
};

std::string_view to_string(AuditState state);

struct AuditResult {
  const AuditCheck* check = nullptr;
  AuditSeverity severity = AuditSeverity::medium;  ///< as the profile has it
  AuditState state = AuditState::pass;
  std::string reason{};                  ///< of `skip`
  std::vector<AuditFinding> findings{};  ///< at most `audit_findings_limit`
  std::size_t count = 0;                 ///< of all that it found and nobody accepted
};

/// Of one check. More are counted, but not listed.
inline constexpr std::size_t audit_findings_limit = 1000;

struct AuditReport {
  std::vector<AuditResult> results{};  ///< the worst severity first, then in the order of checks
  std::array<std::size_t, 5> checks_by_severity{};  ///< that found something
  /// What a reader should know of the profile: exceptions that have expired.
  std::vector<std::string> remarks{};

  bool is_over_bar() const;
};

/// Runs the checks of a profile. The same facts give the same report. Whatever the image holds,
/// nothing is thrown for it.
AuditReport audit(const AuditSubject& subject, const AuditProfile& profile);

}  // namespace lade::sbom
