#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace lade::sbom {

class AuditContext;

/// How bad it is if a check finds something; the worst last.
enum class AuditSeverity : unsigned char { info, low, medium, high, critical };

/// "info", "low", …
std::string_view to_string(AuditSeverity severity);
std::optional<AuditSeverity> find_audit_severity(std::string_view word);

/// What a check reads. A profile none of whose checks reads files fetches no layer.
enum class AuditInput : unsigned char {
  config,      ///< manifest and configuration
  files,       ///< the tocs of the layers, and a few small files
  base,        ///< configuration of the base image
  attachments  ///< what is attached to the image
};

/// The built-in profile that has a check first: `ci` has what tells of the image alone and is sure,
/// `normal` what everybody may want to know, `strict` what only a house that wants it has.
enum class AuditTier : unsigned char { ci, normal, strict };

/// One thing that is looked at. The id is for ever: exceptions and reports name it.
struct AuditCheck {
  std::string_view id;      ///< "user-root"
  std::string_view family;  ///< "user"
  AuditSeverity severity = AuditSeverity::medium;
  AuditInput input = AuditInput::config;
  AuditTier tier = AuditTier::ci;
  std::string_view cis;     ///< section of the CIS Docker Benchmark 1.6 (chapter 4); may be empty
  std::string_view others;  ///< ids of Dockle and Hadolint for the same; may be empty
  std::string_view title;   ///< what is wrong if it finds something
  std::string_view remedy;
  void (*run)(AuditContext& context);
};

/// All there are, family by family.
std::span<const AuditCheck> audit_checks();
const AuditCheck* find_audit_check(std::string_view id);

}  // namespace lade::sbom
