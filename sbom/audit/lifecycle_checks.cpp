// Whether the distribution still gets fixes: as its os-release says (SUPPORT_END), else as whoever
// makes the subject knows.
#include "libimage/base/time.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

struct ReleaseFacts {
  std::optional<Distribution> distribution{};
  std::string problem{};
};

ReleaseFacts read_release(const AuditFiles& files) {
  ReleaseFacts facts;
  for (const char* path : {"etc/os-release", "usr/lib/os-release"}) {
    const AuditFile file = files.read(path);
    if (!file.problem.empty()) facts.problem = fmt::format("{}: {}", path, file.problem);
    if (!file.is_there || !file.problem.empty()) continue;
    facts.distribution = parse_os_release(file.text, path);
    if (facts.distribution) return facts;
  }
  if (facts.problem.empty()) facts.problem = "there is no os-release";
  return facts;
}

std::string release_name(const Distribution& distribution) {
  return distribution.pretty_name.empty() ? distro_qualifier(distribution)
                                          : distribution.pretty_name;
}

void check_support(AuditContext& context) {
  const AuditSubject& subject = context.subject();
  const ReleaseFacts facts = read_release(*subject.files);
  if (!facts.distribution) return context.skip(facts.problem);
  const Distribution& distribution = *facts.distribution;
  std::optional<Timestamp> end;
  if (!distribution.support_end.empty()) {
    end = parse_rfc3339(distribution.support_end + "T00:00:00Z");
  }
  if (!end && subject.find_support_end) end = subject.find_support_end(distribution);
  if (!end) {
    return context.skip(
        fmt::format("nobody says until when {} is supported", release_name(distribution)));
  }
  constexpr std::int64_t whole_day = 86'400;
  if (subject.now.seconds < end->seconds + whole_day) return;  // on the last day there are some
  context.add({.path = distribution.path,
               .detail = fmt::format("{} gets no fixes after {}", release_name(distribution),
                                     to_rfc3339(*end).substr(0, 10))});
}

constexpr AuditCheck lifecycle_table[] = {
    {.id = "distribution-end-of-life",
     .family = "distribution",
     .severity = AuditSeverity::high,
     .input = AuditInput::files,
     .cis = "",
     .others = "",
     .title = "The distribution gets no fixes any more",
     .remedy = "Build on a release that is supported.",
     .run = check_support},
};

}  // namespace

std::span<const AuditCheck> lifecycle_checks() { return lifecycle_table; }

}  // namespace lade::sbom
