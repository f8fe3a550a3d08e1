#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sbom/audit/accounts.h"
#include "sbom/audit/audit_report.h"
#include "sbom/audit/tree_facts.h"

namespace lade::sbom {

/// What all checks of one audit share; what is costly is made when first asked for.
class AuditFacts {
 public:
  /// Both outlive it.
  AuditFacts(const AuditSubject& subject, const AuditProfile& profile)
      : subject_(subject), profile_(profile) {}

  const AuditSubject& subject() const { return subject_; }
  const AuditProfile& profile() const { return profile_; }
  const TreeFacts& tree();
  const Accounts& accounts();

 private:
  const AuditSubject& subject_;
  const AuditProfile& profile_;
  std::optional<TreeFacts> tree_;
  std::optional<Accounts> accounts_;
};

/// What one check sees, and where it says what it found.
class AuditContext {
 public:
  AuditContext(AuditFacts& facts, AuditResult& result) : facts_(facts), result_(result) {}

  const AuditSubject& subject() const { return facts_.subject(); }
  const Image& image() const { return *subject().image; }
  const RunConfig& run() const { return image().config.config; }
  const AuditLimits& limits() const { return facts_.profile().limits; }
  /// Only for checks whose input is the files.
  const MergedTree& tree() const { return subject().files->tree; }
  const TreeFacts& tree_facts() { return facts_.tree(); }
  const Accounts& accounts() { return facts_.accounts(); }

  /// What looks like a secret in its texts is not kept.
  void add(AuditFinding finding);
  /// Something that a layer shows.
  void add_file(const SeenFile& file, std::string detail);
  /// Of the configuration; the cause is the last instruction of this kind ("USER") with `text` in
  /// it, if there is one.
  void add_config(std::string place, std::string detail, std::string_view instruction = {},
                  std::string_view text = {});
  void skip(std::string reason);

 private:
  bool is_full() const { return result_.findings.size() >= audit_findings_limit; }

  AuditFacts& facts_;
  AuditResult& result_;
};

}  // namespace lade::sbom
