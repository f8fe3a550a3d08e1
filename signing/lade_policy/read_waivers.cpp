#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/policy_reader.h"
#include "signing/lade_policy/rule_scope.h"

namespace lade::signing {
namespace {

[[noreturn]] void refuse_name(const TomlTable& table, std::string_view key, const std::string& name,
                              const std::vector<std::string_view>& names) {
  const auto meant = did_you_mean(name, names);
  table.refuse_as(key, fmt::format("there is no \"{}\"{}", printable(name),
                                   meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""));
}

const ImageRule& rule_of(const TomlTable& table, const std::string& name,
                         const LadePolicy& policy) {
  std::vector<std::string_view> names{policy.fallback.name};
  if (name == policy.fallback.name) return policy.fallback;
  for (const ImageRule& rule : policy.rules) {
    if (rule.name == name) return rule;
    names.push_back(rule.name);
  }
  refuse_name(table, "rule", name, names);
}

const RuleRequirement& requirement_of(const TomlTable& table, const std::string& name,
                                      const ImageRule& rule) {
  std::vector<std::string_view> names;
  for (const RuleRequirement& one : rule.requirements) {
    if (one.name == name) return one;
    names.push_back(one.name);
  }
  refuse_name(table, "requirement", name, names);
}

void read_images(const TomlTable& table, Waiver& waiver) {
  if (table.has("scope")) {
    waiver.scope = get_text(table, "scope");
    if (const auto why = rule_scope_objection(waiver.scope)) table.refuse_as("scope", *why);
  }
  if (table.has("digest")) {
    const std::string text = get_text(table, "digest");
    waiver.digest = parsed_at(table, "digest", [&] { return Digest::parse(text); });
  }
}

void read_target(const TomlTable& table, const LadePolicy& policy, Waiver& waiver) {
  const ImageRule& rule = rule_of(table, waiver.rule, policy);
  const RuleRequirement* requirement = nullptr;
  if (table.has("requirement")) {
    waiver.requirement = get_text(table, "requirement");
    requirement = &requirement_of(table, waiver.requirement, rule);
  }
  if (!table.has("findings")) return;
  if (requirement == nullptr || !std::holds_alternative<RequiredScan>(requirement->wanted)) {
    table.refuse_as("findings", "they are those of a scan: wanted its name as requirement");
  }
  for (const TomlString& one : get_texts(table, "findings")) waiver.findings.push_back(one.text);
}

Waiver read_waiver(const TomlTable& table, const LadePolicy& policy) {
  constexpr std::string_view known[] = {"rule",     "requirement", "scope", "digest",
                                        "findings", "reason",      "by",    "expires"};
  table.allow_only(known);
  Waiver waiver{.rule = get_text(table, "rule"),
                .reason = get_text(table, "reason"),
                .by = get_text(table, "by"),
                .line = table.line_of({})};
  const auto expires = table.find_time("expires");
  if (!expires) table.refuse_as({}, "there is no expires");
  waiver.expires = *expires;
  read_images(table, waiver);
  read_target(table, policy, waiver);
  return waiver;
}

}  // namespace

std::vector<Waiver> read_waivers(const TomlTable& policy, const LadePolicy& read) {
  std::vector<Waiver> waivers;
  for (const TomlTable& table : policy.find_tables("waiver")) {
    waivers.push_back(read_waiver(table, read));
  }
  return waivers;
}

std::string Waiver::str() const {
  return fmt::format("by {} until {}: {}", by, to_rfc3339(expires), reason);
}

}  // namespace lade::signing
