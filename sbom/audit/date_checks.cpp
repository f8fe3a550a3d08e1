// When the image was made. Nothing is older than containers, but what is built reproducibly, which
// has the beginning of 1970 or another time that somebody chose.
#include "libimage/base/time.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"

namespace lade::sbom {
namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t first_image = 1'356'998'400;  ///< 2013-01-01
/// 1970 and 1980, which archives begin with, a day of time zones around them.
bool is_epoch(Timestamp time) {
  constexpr std::int64_t dos_epoch = 315'532'800;
  const auto is_near = [&](std::int64_t seconds) {
    return time.seconds >= seconds - day_seconds && time.seconds <= seconds + day_seconds;
  };
  return is_near(0) || is_near(dos_epoch);
}

/// Go's zero time stands for none.
std::optional<Timestamp> creation_of(const AuditContext& context) {
  const auto created = context.image().config.created;
  constexpr std::int64_t year_two = -62'104'060'800;
  if (!created || created->seconds < year_two) return std::nullopt;
  return created;
}

void check_future(AuditContext& context) {
  const auto created = creation_of(context);
  if (!created) return context.skip("the image does not say when it was made");
  if (created->seconds > context.subject().now.seconds + day_seconds) {
    context.add_config("created", to_rfc3339(*created) + " is yet to come");
  }
}

void check_past(AuditContext& context) {
  const auto created = creation_of(context);
  if (!created) return context.skip("the image does not say when it was made");
  if (created->seconds < first_image && !is_epoch(*created)) {
    context.add_config("created", to_rfc3339(*created) + " is before there were images");
  }
}

void check_age(AuditContext& context) {
  const auto created = creation_of(context);
  if (!created || is_epoch(*created)) {
    return context.skip("the image does not say when it was made");
  }
  const std::int64_t limit = context.limits().age_days;
  if (limit == 0) return context.skip("the profile has no max_age_days");
  const std::int64_t age = (context.subject().now.seconds - created->seconds) / day_seconds;
  if (age > limit) {
    context.add_config("created", fmt::format("{}, {} days ago; at most {} are wanted",
                                              to_rfc3339(*created), age, limit));
  }
}

constexpr AuditCheck date_table[] = {
    {.id = "date-future",
     .family = "date",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "",
     .title = "The image was made in the future",
     .remedy = "Mend the clock of the machine that builds, or SOURCE_DATE_EPOCH.",
     .run = check_future},
    {.id = "date-implausible",
     .family = "date",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "",
     .title = "The date of the image means nothing",
     .remedy = "Build with a clock, or with SOURCE_DATE_EPOCH of the commit.",
     .run = check_past},
    {.id = "date-old",
     .family = "date",
     .severity = AuditSeverity::low,
     .tier = AuditTier::normal,
     .cis = "4.4",
     .others = "",
     .title = "The image is old",
     .remedy = "Build it anew on a base of today.",
     .run = check_age},
};

}  // namespace

std::span<const AuditCheck> date_checks() { return date_table; }

}  // namespace lade::sbom
