#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/attest/predicate_condition.h"
#include "signing/attest/predicate_types.h"
#include "signing/lade_policy/policy_reader.h"
#include "signing/lade_policy/rule_scope.h"

namespace lade::signing {
namespace {

constexpr std::array<std::string_view, severity_count> limit_keys{
    "max_critical", "max_high", "max_medium", "max_low", "max_unknown"};

std::optional<IdentityMatch::Kind> read_signed_name(const TomlTable& table) {
  const std::string word = table.find_string("signed_name").value_or("any");
  if (word == "any") return std::nullopt;
  for (const auto& [known, kind] : signed_name_words) {
    if (word == known) return kind;
  }
  table.refuse("signed_name", "\"any\", \"exact\", \"digest-or-exact\" or \"repository\"",
               "\"" + printable(word) + "\"");
}

RequiredSignature read_signature(const TomlTable& table, const SignerTable& signers) {
  constexpr std::string_view known[] = {"name", "signers", "threshold", "signed_name"};
  table.allow_only(known);
  return {.by = signers.read(table), .signed_name = read_signed_name(table)};
}

PredicateCondition read_conditions(const TomlTable& table) {
  if (!table.has("conditions")) return {};
  std::vector<std::string> texts;
  for (const TomlString& one : get_texts(table, "conditions")) texts.push_back(one.text);
  return parsed_at(table, "conditions", [&] { return parse_conditions(texts, "the condition"); });
}

/// `word`: the type if the table names none; empty: it has to.
RequiredAttestation read_report(const TomlTable& table, const SignerTable& signers,
                                const std::string& word) {
  RequiredAttestation report{.by = signers.read(table)};
  const std::string type =
      word.empty() || table.has("type") ? get_text(table, "type") : std::string(word);
  report.type = parsed_at(table, "type", [&] { return predicate_type_of(type, "the type"); });
  report.condition = read_conditions(table);
  report.age_limit_seconds = find_duration(table, "max_age");
  if (table.has("time")) report.time_path = get_text(table, "time");
  return report;
}

RequiredAttestation read_attestation(const TomlTable& table, const SignerTable& signers) {
  constexpr std::string_view known[] = {"name",    "type",   "signers", "threshold", "conditions",
                                        "builder", "source", "max_age", "time"};
  table.allow_only(known);
  RequiredAttestation attestation = read_report(table, signers, "");
  attestation.builder = find_wanted_text(table, "builder");
  attestation.source = find_wanted_text(table, "source");
  const bool is_provenance = attestation.type.starts_with("https://slsa.dev/provenance/");
  for (const std::string_view key : {"builder", "source"}) {
    if (table.has(key) && !is_provenance) {
      table.refuse_as(key, "provenance alone has one: wanted the type slsaprovenance");
    }
  }
  if (table.has("time") && !attestation.age_limit_seconds) {
    table.refuse_as("time", "it goes with max_age");
  }
  return attestation;
}

RequiredScan read_scan(const TomlTable& table, const SignerTable& signers) {
  constexpr std::string_view known[] = {"name",       "type",       "signers", "threshold",
                                        "conditions", "max_age",    "time",    "max_critical",
                                        "max_high",   "max_medium", "max_low", "max_unknown"};
  table.allow_only(known);
  RequiredScan scan{.report = read_report(table, signers, "vuln")};
  for (std::size_t i = 0; i < severity_count; ++i) {
    const auto most = table.find_int(limit_keys[i]);
    if (!most) continue;
    if (*most < 0) table.refuse(limit_keys[i], "0 or more", std::to_string(*most));
    scan.most[i] = static_cast<std::uint64_t>(*most);
  }
  return scan;
}

BaseLevel read_level(const TomlTable& table, const SignerTable& signers, const SignerSet& by) {
  constexpr std::string_view known[] = {"images", "signers", "threshold"};
  table.allow_only(known);
  BaseLevel level{.by = signers.read(table, &by)};
  for (const TomlString& one : get_texts(table, "images")) {
    if (!one.text.starts_with("sha256:") && !one.text.starts_with("sha512:")) {
      const auto why = one.text == "scratch" ? std::nullopt : rule_scope_objection(one.text);
      if (why) {
        table.refuse_at(one.line, "images", "a scope or a digest",
                        fmt::format("\"{}\": {}", printable(one.text), *why));
      }
    } else if (!Digest::try_parse(one.text)) {
      table.refuse_at(one.line, "images", "a digest", "\"" + printable(one.text) + "\"");
    }
    level.images.push_back(one.text);
  }
  return level;
}

RequiredBases read_bases(const TomlTable& table, const SignerTable& signers) {
  constexpr std::string_view known[] = {"name", "signers", "threshold", "level", "look_in"};
  table.allow_only(known);
  RequiredBases bases{.by = signers.read(table)};
  for (const TomlTable& level : table.find_tables("level")) {
    bases.levels.push_back(read_level(level, signers, bases.by));
  }
  if (bases.levels.empty()) {
    table.refuse_as({}, fmt::format("there is no level: wanted [[{}.level]]", table.name()));
  }
  if (!table.has("look_in")) return bases;
  bases.ask_store = false;
  for (const TomlString& place : get_texts(table, "look_in")) {
    if (place.text != "store" && place.text != "registry") {
      table.refuse_at(place.line, "look_in", "\"store\" or \"registry\"",
                      "\"" + printable(place.text) + "\"");
    }
    (place.text == "store" ? bases.ask_store : bases.ask_registry) = true;
  }
  return bases;
}

/// What a requirement is called, for waivers and messages: as it says itself, else by its kind and,
/// where that is not the only one, its number.
std::string name_of(const TomlTable& table, std::string_view kind, std::size_t number) {
  if (table.has("name")) return get_text(table, "name");
  return number == 1 ? std::string(kind) : fmt::format("{} {}", kind, number);
}

template <class Read>
void add_each(const TomlTable& rule, std::string_view key, const SignerTable& signers,
              const Read& read, std::vector<RuleRequirement>& requirements) {
  std::size_t number = 0;
  for (const TomlTable& table : rule.find_tables(key)) {
    requirements.push_back({.name = name_of(table, key, ++number), .wanted = read(table, signers)});
  }
}

}  // namespace

std::vector<RuleRequirement> read_requirements(const TomlTable& rule, const SignerTable& signers) {
  std::vector<RuleRequirement> requirements;
  add_each(rule, "signature", signers, read_signature, requirements);
  add_each(rule, "attestation", signers, read_attestation, requirements);
  add_each(rule, "scan", signers, read_scan, requirements);
  if (const auto table = rule.find_table("bases")) {
    requirements.push_back(
        {.name = name_of(*table, "bases", 1), .wanted = read_bases(*table, signers)});
  }
  return requirements;
}

}  // namespace lade::signing
