#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/policy_reader.h"
#include "signing/lade_policy/rule_scope.h"

namespace lade::signing {
namespace {

PolicyMode read_mode(const TomlTable& table) {
  const std::string word = table.find_string("mode").value_or("enforce");
  for (const PolicyMode mode : {PolicyMode::enforce, PolicyMode::warn, PolicyMode::audit}) {
    if (word == to_string(mode)) return mode;
  }
  table.refuse("mode", "\"enforce\", \"warn\" or \"audit\"", "\"" + printable(word) + "\"");
}

std::optional<bool> read_verdict(const TomlTable& table) {
  if (!table.has("verdict")) return std::nullopt;
  const std::string word = get_text(table, "verdict");
  if (word != "allow" && word != "refuse") {
    table.refuse("verdict", "\"allow\" or \"refuse\"", "\"" + printable(word) + "\"");
  }
  return word == "allow";
}

std::vector<std::string> read_scopes(const TomlTable& table) {
  std::vector<std::string> scopes;
  for (const TomlString& one : get_texts(table, "scope")) {
    if (const auto why = rule_scope_objection(one.text)) {
      table.refuse_at(one.line, "scope", "a scope",
                      fmt::format("\"{}\": {}", printable(one.text), *why));
    }
    scopes.push_back(one.text);
  }
  return scopes;
}

void require_different_names(const TomlTable& table, const ImageRule& rule) {
  std::set<std::string> names;
  for (const RuleRequirement& one : rule.requirements) {
    if (!names.insert(one.name).second) {
      table.refuse_as({}, fmt::format("two requirements are called \"{}\"", printable(one.name)));
    }
  }
}

}  // namespace

ImageRule read_rule(const TomlTable& table, const SignerTable& signers, bool is_default) {
  constexpr std::string_view known[] = {"name",      "scope",       "mode", "verdict",
                                        "signature", "attestation", "scan", "bases"};
  table.allow_only(std::span(known).subspan(is_default ? 2 : 0));
  ImageRule rule{.name = is_default ? "default" : get_text(table, "name"),
                 .mode = read_mode(table),
                 .allows = read_verdict(table),
                 .line = table.line_of({})};
  if (!is_default) rule.scopes = read_scopes(table);
  rule.requirements = read_requirements(table, signers);
  if (rule.allows.has_value() != rule.requirements.empty()) {
    table.refuse_as({}, rule.allows ? "wanted either a verdict or requirements"
                                    : "wanted a verdict (\"allow\", \"refuse\") or requirements: "
                                      "signature, attestation, scan, bases");
  }
  if (rule.allows == true && table.has("mode")) {
    table.refuse_as("mode", "a rule that allows all has nothing to enforce");
  }
  require_different_names(table, rule);
  return rule;
}

}  // namespace lade::signing
