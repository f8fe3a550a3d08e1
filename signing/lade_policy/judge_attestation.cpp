#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/attest/predicate_condition.h"
#include "signing/lade_policy/judge_requirement.h"
#include "signing/lade_policy/provenance_facts.h"

namespace lade::signing {
namespace {

/// Clocks differ.
constexpr std::int64_t clock_tolerance_seconds = 300;
constexpr std::string_view certification_type = "urn:lade:attestation:certification:v1";

std::string age_text(std::int64_t seconds) {
  return seconds % 86400 == 0 ? fmt::format("{} days", seconds / 86400)
                              : fmt::format("{} minutes", seconds / 60);
}

std::optional<std::string> builder_objection(const WantedText& wanted, const Json& predicate) {
  const std::string builder = provenance_builder(predicate);
  if (!builder.empty() && wanted.accepts(builder)) return std::nullopt;
  return fmt::format("its builder is {}; wanted {}",
                     builder.empty() ? "not told" : printable(builder), wanted.str());
}

std::optional<std::string> source_objection(const WantedText& wanted, const Json& predicate) {
  const std::vector<std::string> sources = provenance_sources(predicate);
  if (sources.empty()) return fmt::format("its source is not told; wanted {}", wanted.str());
  for (const std::string& source : sources) {
    // all that it says has to be so: it cannot be built from two repositories
    if (!wanted.accepts(source)) {
      return fmt::format("its source is {}; wanted {}", printable(source), wanted.str());
    }
  }
  return std::nullopt;
}

/// A certification ends when its issuer says so.
std::optional<std::string> expiry_objection(const Json& predicate, Timestamp now) {
  const auto found = values_at(predicate, "expires");
  if (found.empty()) return std::nullopt;
  const auto expires =
      found.front()->is_string() ? parse_rfc3339(found.front()->get<std::string>()) : std::nullopt;
  if (!expires) return "it does not say well when it expires";
  if (now < *expires) return std::nullopt;
  return fmt::format("it expired at {}", to_rfc3339(*expires));
}

std::optional<std::string> objection_of(const RequiredAttestation& wanted, const PartyCheck& check,
                                        Timestamp now) {
  const Json& predicate = check.statement.value().predicate;
  if (wanted.condition) {
    if (const auto why = wanted.condition(predicate)) {
      return "its predicate is not as wanted: " + *why;
    }
  }
  if (wanted.builder) {
    if (auto why = builder_objection(*wanted.builder, predicate)) return why;
  }
  if (wanted.source) {
    if (auto why = source_objection(*wanted.source, predicate)) return why;
  }
  if (wanted.type == certification_type) {
    if (auto why = expiry_objection(predicate, now)) return why;
  }
  return age_objection(wanted, check, now);
}

}  // namespace

std::optional<Timestamp> time_of(const RequiredAttestation& wanted, const PartyCheck& check) {
  const Json& predicate = check.statement.value().predicate;
  if (!wanted.time_path.empty()) {
    return parse_rfc3339(text_at(predicate, wanted.time_path));
  }
  const auto told = predicate_time(wanted.type, predicate);
  return told ? told : check.verified_time;
}

std::optional<std::string> age_objection(const RequiredAttestation& wanted, const PartyCheck& check,
                                         Timestamp now) {
  if (!wanted.age_limit_seconds) return std::nullopt;
  const auto time = time_of(wanted, check);
  if (!time) return "nothing tells how old it is";
  if (time->seconds > now.seconds + clock_tolerance_seconds) {
    return fmt::format("it is of {}, which is yet to come", to_rfc3339(*time));
  }
  if (now.seconds - time->seconds <= *wanted.age_limit_seconds) return std::nullopt;
  return fmt::format("it is of {}, older than {}", to_rfc3339(*time),
                     age_text(*wanted.age_limit_seconds));
}

RequirementJudgement judge_attestation(const RequiredAttestation& wanted, PartyChecks& checks,
                                       ImageFacts& facts) {
  return judge_each_image(facts, [&](const Digest& manifest) {
    PartyVerdict verdict = judge_parties(
        checks, facts, {manifest}, wanted.by, wanted.type,
        [&](const PartyAnswer& one) { return objection_of(wanted, *one.check, checks.now()); });
    return RequirementJudgement{.verdict = verdict.verdict,
                                .reason = std::move(verdict.reason),
                                .signatures = std::move(verdict.signatures)};
  });
}

}  // namespace lade::signing
