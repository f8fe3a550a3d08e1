#include <algorithm>
#include <array>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"
#include "sbom/secrets/secret_rules.h"

// docs/secrets.md, "Rule files". Each rule and allowance is made ready by itself once, so that what
// is wrong with it is told with its line.
namespace lade::sbom {
namespace {

constexpr std::int64_t file_version = 1;

constexpr std::array<std::string_view, 4> file_keys{"version", "disable", "rule", "allow"};
constexpr std::array<std::string_view, 17> rule_keys{
    "id",     "title",   "category", "severity", "keywords",     "ignore-case",
    "also",   "pattern", "path",     "allow",    "shape",        "allow-match",
    "binary", "config",  "before",   "after",    "least-entropy"};
constexpr std::array<std::string_view, 6> allow_keys{"reason", "expires", "rules",
                                                     "path",   "pattern", "fingerprint"};

std::string get_text(const TomlTable& table, std::string_view key) {
  auto text = table.find_string(key);
  if (!text) table.refuse_as({}, fmt::format("there is no {}", key));
  if (text->empty()) table.refuse(key, "a text", "an empty one");
  return *std::move(text);
}

std::vector<std::string> texts_of(const TomlTable& table, std::string_view key) {
  std::vector<std::string> texts;
  for (const TomlString& text : table.find_strings(key).value_or(std::vector<TomlString>{})) {
    if (text.text.empty()) table.refuse_at(text.line, key, "a text", "an empty one");
    texts.push_back(text.text);
  }
  return texts;
}

/// A word of a list; `find` knows it.
template <class Find>
auto word_of(const TomlTable& table, std::string_view key, std::string_view wanted,
             const Find& find) {
  const std::string word = get_text(table, key);
  const auto value = find(word);
  if (!value) table.refuse(key, wanted, fmt::format("\"{}\"", printable(word)));
  return *value;
}

std::size_t reach_of(const TomlTable& table, std::string_view key, std::size_t usual) {
  const auto bytes = table.find_int(key);
  if (!bytes) return usual;
  if (*bytes < 0 || *bytes > static_cast<std::int64_t>(secret_reach_limit_bytes)) {
    table.refuse(key, fmt::format("0 to {} bytes", secret_reach_limit_bytes),
                 std::to_string(*bytes));
  }
  return static_cast<std::size_t>(*bytes);
}

SecretRule rule_of(const TomlTable& table) {
  table.allow_only(rule_keys);
  SecretRule rule{.id = get_text(table, "id"),
                  .title = get_text(table, "title"),
                  .category = table.find_string("category").value_or("own"),
                  .keywords = texts_of(table, "keywords"),
                  .ignore_case = table.find_bool("ignore-case").value_or(false),
                  .also = table.find_string("also").value_or(""),
                  .pattern = get_text(table, "pattern"),
                  .path = table.find_string("path").value_or(""),
                  .allow = texts_of(table, "allow"),
                  .allow_match = texts_of(table, "allow-match"),
                  .binary = table.find_bool("binary").value_or(false)};
  rule.config = table.find_bool("config").value_or(rule.path.empty());
  if (table.has("severity")) {
    rule.severity =
        word_of(table, "severity", "low, medium, high or critical", find_secret_severity);
  }
  if (table.has("shape")) {
    rule.shape =
        word_of(table, "shape", "any, mixed, credentials or json-web-token", find_secret_shape);
  }
  rule.least_entropy = table.find_number("least-entropy").value_or(0);
  if (!(rule.least_entropy >= 0 && rule.least_entropy <= 8)) {
    table.refuse("least-entropy", "0 to 8 bits per byte", fmt::format("{}", rule.least_entropy));
  }
  rule.before_bytes = reach_of(table, "before", rule.before_bytes);
  rule.after_bytes = reach_of(table, "after", rule.after_bytes);
  return rule;
}

SecretAllowance allowance_of(const TomlTable& table) {
  table.allow_only(allow_keys);
  SecretAllowance allowance{.reason = get_text(table, "reason"),
                            .expires = table.find_time("expires"),
                            .rules = texts_of(table, "rules"),
                            .path = table.find_string("path").value_or(""),
                            .pattern = table.find_string("pattern").value_or(""),
                            .fingerprint = table.find_string("fingerprint").value_or("")};
  if (allowance.rules.empty() && allowance.path.empty() && allowance.pattern.empty() &&
      allowance.fingerprint.empty()) {
    table.refuse_as({}, "allows everything: say rules, path, pattern or fingerprint");
  }
  if (!allowance.fingerprint.empty() &&
      (allowance.fingerprint.size() != 16 || !is_hex(allowance.fingerprint))) {
    table.refuse("fingerprint", "16 lower-case hex digits",
                 fmt::format("\"{}\"", printable(allowance.fingerprint)));
  }
  return allowance;
}

/// Whatever is wrong with the value is wrong where it was written.
template <class Check>
void check_at(const TomlTable& table, const Check& check) {
  try {
    check();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid) throw;
    table.refuse_as({}, error.message());
  }
}

/// Rules that are spoken of have to be there.
void require_known(const TomlTable& table, std::string_view key,
                   const std::vector<SecretRule>& rules) {
  for (const TomlString& id : table.find_strings(key).value_or(std::vector<TomlString>{})) {
    const auto is_meant = [&](const SecretRule& rule) { return rule.id == id.text; };
    if (std::any_of(rules.begin(), rules.end(), is_meant)) continue;
    std::vector<std::string_view> ids;
    for (const SecretRule& rule : rules) ids.emplace_back(rule.id);
    const auto meant = did_you_mean(id.text, ids);
    table.refuse_at(id.line, key, "the id of a rule",
                    fmt::format("\"{}\"{}", printable(id.text),
                                meant ? fmt::format("; did you mean \"{}\"?", *meant) : ""));
  }
}

void require_version(const TomlTable& file) {
  const auto version = file.find_int("version");
  if (!version) file.refuse_as({}, "there is no version; write: version = 1");
  if (*version != file_version) {
    file.refuse("version", std::to_string(file_version), std::to_string(*version));
  }
}

/// The file's own.
std::vector<SecretRule> own_rules(const TomlTable& file) {
  std::vector<SecretRule> rules;
  std::set<std::string> ids;
  for (const SecretRule& rule : builtin_secret_rules()) ids.insert(rule.id);
  for (const TomlTable& table : file.find_tables("rule")) {
    const SecretRule& rule = rules.emplace_back(rule_of(table));
    check_at(table, [&] { SecretRules({rule}, {}).prepare(); });
    if (!ids.insert(rule.id).second) {
      table.refuse("id", "one that no other rule has", fmt::format("\"{}\"", rule.id));
    }
  }
  return rules;
}

}  // namespace

SecretRules SecretRules::parse(std::string_view text, const std::string& path) {
  if (text.size() > size_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, at most {} are read", printable(path), text.size(),
         size_limit_bytes);
  }
  const toml::table parsed = parse_toml(text, path);
  const TomlTable file(parsed, path, "");
  file.allow_only(file_keys);
  require_version(file);
  require_known(file, "disable", builtin_secret_rules());
  const std::vector<std::string> disabled = texts_of(file, "disable");
  std::vector<SecretRule> rules = own_rules(file);
  for (const SecretRule& rule : builtin_secret_rules()) {
    const bool is_off = std::find(disabled.begin(), disabled.end(), rule.id) != disabled.end();
    if (!is_off) rules.push_back(rule);
  }
  std::vector<SecretAllowance> allowances;
  for (const TomlTable& table : file.find_tables("allow")) {
    require_known(table, "rules", rules);
    allowances.push_back(allowance_of(table));
    check_at(table, [&] { SecretRules({}, {allowances.back()}).prepare(); });
  }
  return SecretRules(std::move(rules), std::move(allowances));
}

}  // namespace lade::sbom
