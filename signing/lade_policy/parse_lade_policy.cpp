#include <set>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "signing/lade_policy/policy_reader.h"

namespace lade::signing {
namespace {

constexpr std::uint64_t named_file_limit_bytes = TrustedRoot::size_limit_bytes;

void check_version(const TomlTable& policy) {
  const auto version = policy.find_int("version");
  if (!version) policy.refuse_as("version", "wanted version = 1 at the beginning");
  if (*version != LadePolicy::version) {
    policy.refuse("version", std::to_string(LadePolicy::version), std::to_string(*version));
  }
}

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

void read_trusted_root(const TomlTable& table, const PolicyFiles& files, LadePolicy& policy) {
  if (!table.has("trusted_root")) return;
  const std::string file = get_text(table, "trusted_root");
  const std::string text = files.text_of(table, "trusted_root", file);
  policy.trusted_root = parsed_at(table, "trusted_root",
                                  [&] { return parse_trusted_root(text, files.path_of(file)); });
}

void read_rules(const TomlTable& table, const SignerTable& signers, LadePolicy& policy) {
  const auto fallback = table.find_table("default");
  if (!fallback) {
    table.refuse_as("default", "wanted [default], for the images that no rule is for");
  }
  policy.fallback = read_rule(*fallback, signers, true);
  std::set<std::string> names{policy.fallback.name};
  std::map<std::string, std::string> scopes;
  for (const TomlTable& one : table.find_tables("rule")) {
    ImageRule rule = read_rule(one, signers, false);
    if (!names.insert(rule.name).second) {
      one.refuse_as("name", fmt::format("two rules are called \"{}\"", printable(rule.name)));
    }
    for (const std::string& scope : rule.scopes) {
      const auto [other, is_new] = scopes.emplace(scope, rule.name);
      if (!is_new) {
        one.refuse_as("scope", fmt::format("\"{}\" is one of the rule \"{}\"", printable(scope),
                                           printable(other->second)));
      }
    }
    policy.rules.push_back(std::move(rule));
  }
}

}  // namespace

std::string_view to_string(PolicyMode mode) {
  switch (mode) {
    case PolicyMode::enforce:
      return "enforce";
    case PolicyMode::warn:
      return "warn";
    case PolicyMode::audit:
      return "audit";
  }
  return "unknown";
}

std::string_view to_string(Severity severity) {
  constexpr std::array<std::string_view, severity_count> words{"critical", "high", "medium", "low",
                                                               "unknown"};
  return words.at(static_cast<std::size_t>(severity));
}

std::string_view kind_of(const RuleRequirement& requirement) {
  constexpr std::array<std::string_view, 4> words{"signature", "attestation", "scan", "bases"};
  return words.at(requirement.wanted.index());
}

LadePolicy parse_lade_policy(std::string_view text, const std::string& path,
                             const PolicyFileReader& read) {
  if (text.size() > LadePolicy::size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes; policies of more than {} are not read", path,
         text.size(), LadePolicy::size_limit_bytes);
  }
  const toml::table document = parse_toml(text, path);
  const TomlTable table(document, path, "");
  check_version(table);
  constexpr std::string_view known[] = {"version", "audit_log", "trusted_root", "signers",
                                        "groups",  "default",   "rule",         "waiver"};
  table.allow_only(known);
  const PolicyFiles files{.directory = directory_of(path), .read = read};
  LadePolicy policy{.path = path};
  if (table.has("audit_log")) policy.audit_log = files.path_of(get_text(table, "audit_log"));
  read_trusted_root(table, files, policy);
  policy.signers = read_signers(table, files, table.has("trusted_root"));
  read_rules(table, SignerTable(policy.signers, table), policy);
  policy.waivers = read_waivers(table, policy);
  return policy;
}

LadePolicy parse_lade_policy(std::string_view text, const std::string& path) {
  return parse_lade_policy(
      text, path, [](const std::string& file) { return read_file(file, named_file_limit_bytes); });
}

}  // namespace lade::signing
