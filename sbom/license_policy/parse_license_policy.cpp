#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"
#include "sbom/license_policy/license_policy.h"

namespace lade::sbom {
namespace {

constexpr std::int64_t license_policy_version = 1;

LicenseVerdict read_verdict(const TomlTable& table, std::string_view key) {
  const auto text = table.find_string(key);
  if (!text) return LicenseVerdict::denied;
  if (*text == "allow") return LicenseVerdict::allowed;
  if (*text == "warn") return LicenseVerdict::warned;
  if (*text == "deny") return LicenseVerdict::denied;
  table.refuse(key, "\"allow\", \"warn\" or \"deny\"", printable(*text));
}

[[noreturn]] void refuse_element(const TomlTable& table, std::string_view key,
                                 const TomlString& element, std::string_view wanted) {
  table.refuse_at(element.line, key, wanted, fmt::format("\"{}\"", printable(element.text)));
}

SpdxExpression parse_element(const TomlTable& table, std::string_view key,
                             const TomlString& element) {
  try {
    return SpdxExpression::parse(element.text);
  } catch (const Error&) {
    std::vector<std::string_view> ids;
    for (const LicenseInfo& info : all_licenses()) ids.push_back(info.id);
    const auto meant = did_you_mean(element.text.substr(0, 100), ids);
    refuse_element(table, key, element,
                   meant ? fmt::format("an SPDX licence expression (perhaps {})", *meant)
                         : "an SPDX licence expression");
  }
}

LicenseRule read_license(const TomlTable& table, std::string_view key, const TomlString& element,
                         LicenseVerdict verdict) {
  LicenseRule rule{LicenseRule::Kind::license, verdict, {}, {}, {}, table.origin_at(element.line)};
  if (element.text.find('*') != std::string::npos) {
    rule.kind = LicenseRule::Kind::pattern;
    rule.pattern = element.text;
    const auto licenses = all_licenses();
    const bool names_any =
        element.text.starts_with("LicenseRef-") ||
        std::any_of(licenses.begin(), licenses.end(), [&](const LicenseInfo& info) {
          return rule.applies_to({std::string(info.id), false, {}});
        });
    if (!names_any)
      refuse_element(table, key, element, "a pattern of ids that the SPDX licence list has");
    return rule;
  }
  const SpdxExpression expression = parse_element(table, key, element);
  const std::vector<SpdxLicense> licenses = expression.licenses();
  if (licenses.size() != 1)
    refuse_element(table, key, element, "one licence (others belong to expressions)");
  rule.license = licenses.front();
  if (!rule.license.exception.empty() || rule.license.or_later) {
    rule.kind = LicenseRule::Kind::licensed_work;
  }
  return rule;
}

LicenseRule read_category(const TomlTable& table, const TomlString& element,
                          LicenseVerdict verdict) {
  for (const auto category : {LicenseCategory::permissive, LicenseCategory::weak_copyleft,
                              LicenseCategory::strong_copyleft, LicenseCategory::network_copyleft,
                              LicenseCategory::other}) {
    if (element.text != to_string(category)) continue;
    return {LicenseRule::Kind::category, verdict, category, {}, {}, table.origin_at(element.line)};
  }
  refuse_element(table, "categories", element,
                 "permissive, weak-copyleft, strong-copyleft, network-copyleft or other");
}

void read_rules(const TomlTable& policy_table, std::string_view key, LicenseVerdict verdict,
                LicensePolicy& policy) {
  const auto table = policy_table.find_table(key);
  if (!table) return;
  table->allow_only(std::array<std::string_view, 3>{"licenses", "categories", "expressions"});
  for (const TomlString& element :
       table->find_strings("licenses").value_or(std::vector<TomlString>{})) {
    policy.rules.push_back(read_license(*table, "licenses", element, verdict));
  }
  for (const TomlString& element :
       table->find_strings("categories").value_or(std::vector<TomlString>{})) {
    policy.rules.push_back(read_category(*table, element, verdict));
  }
  for (const TomlString& element :
       table->find_strings("expressions").value_or(std::vector<TomlString>{})) {
    policy.expressions.push_back({parse_element(*table, "expressions", element).normalized(),
                                  verdict, table->origin_at(element.line)});
  }
}

/// Two rules that say the same of different verdicts cannot both be meant.
void refuse_contradictions(const TomlTable& table, const LicensePolicy& policy) {
  std::map<std::string, const LicenseRule*> rules;
  for (const LicenseRule& rule : policy.rules) {
    const auto [other, is_new] = rules.emplace(rule.str(), &rule);
    if (is_new || other->second->verdict == rule.verdict) continue;
    table.refuse_as("", fmt::format("{} is {} at {} and {} at {}", rule.str(),
                                    to_string(other->second->verdict), other->second->place,
                                    to_string(rule.verdict), rule.place));
  }
}

std::string get_filled(const TomlTable& table, std::string_view key) {
  const auto text = table.find_string(key);
  if (!text || trim(*text).empty()) table.refuse_as(key, "wanted a text that is not empty");
  return *text;
}

LicenseException read_exception(const TomlTable& table) {
  table.allow_only(std::array<std::string_view, 4>{"package", "licenses", "reason", "expires"});
  LicenseException exception{get_filled(table, "package"),
                             {},
                             get_filled(table, "reason"),
                             table.find_time("expires"),
                             table.origin()};
  if (!exception.package.starts_with("pkg:")) {
    table.refuse("package", "a package URL with \"*\" for any characters (pkg:deb/debian/bash)",
                 fmt::format("\"{}\"", printable(exception.package)));
  }
  const auto licenses = table.find_strings("licenses");
  // an empty list would mean all, which nobody means who writes one
  if (licenses && licenses->empty()) table.refuse_as("licenses", "wanted one licence at least");
  for (const TomlString& element : licenses.value_or(std::vector<TomlString>{})) {
    exception.licenses.push_back(read_license(table, "licenses", element, LicenseVerdict::allowed));
  }
  return exception;
}

}  // namespace

LicensePolicy parse_license_policy(std::string_view text, const std::string& path) {
  if (text.size() > LicensePolicy::size_limit_bytes) {
    fail(ErrorKind::invalid, "{}: {} bytes, more than {}", path, text.size(),
         LicensePolicy::size_limit_bytes);
  }
  const toml::table root = parse_toml(text, path);
  const TomlTable table(root, path, "");
  const auto version = table.find_int("version");
  if (!version) table.refuse_as("version", "wanted version = 1 at the beginning");
  if (*version != license_policy_version) {
    table.refuse("version", std::to_string(license_policy_version), std::to_string(*version));
  }
  table.allow_only(std::array<std::string_view, 7>{"version", "default", "unknown", "allow", "warn",
                                                   "deny", "exception"});
  LicensePolicy policy;
  policy.fallback = read_verdict(table, "default");
  policy.unknown = read_verdict(table, "unknown");
  read_rules(table, "allow", LicenseVerdict::allowed, policy);
  read_rules(table, "warn", LicenseVerdict::warned, policy);
  read_rules(table, "deny", LicenseVerdict::denied, policy);
  refuse_contradictions(table, policy);
  for (const TomlTable& one : table.find_tables("exception")) {
    policy.exceptions.push_back(read_exception(one));
  }
  return policy;
}

}  // namespace lade::sbom
