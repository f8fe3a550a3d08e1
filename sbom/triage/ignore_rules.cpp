#include "sbom/triage/ignore_rules.h"

#include <algorithm>
#include <array>
#include <utility>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"

namespace lade::sbom {
namespace {

constexpr std::size_t rules_limit_bytes = std::size_t{4} << 20U;
constexpr std::array<std::string_view, 6> rule_keys{"id",     "package", "path",
                                                    "reason", "expires", "until_fixed"};

/// "*" is any text. What stood behind the last one that was tried is tried further on; so the time
/// is at most the product of the lengths.
bool fits(std::string_view pattern, std::string_view text) {
  std::size_t star = std::string_view::npos;
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::optional<Timestamp> find_day(std::string_view text) {
  return parse_rfc3339(fmt::format("{}T00:00:00Z", text));
}

std::vector<std::string> ids_of(const TomlTable& table) {
  if (!table.has("id")) return {};
  if (table.is_string("id")) return {*table.find_string("id")};
  std::vector<std::string> ids;
  const auto listed = table.find_strings("id");
  for (const TomlString& id : *listed) ids.push_back(id.text);
  if (ids.empty()) table.refuse_as("id", "is an empty list, which would be every vulnerability");
  return ids;
}

std::optional<Timestamp> expiry_of(const TomlTable& table) {
  if (!table.has("expires")) table.refuse_as("expires", "is missing: a date, or \"never\"");
  if (!table.is_string("expires")) return table.find_time("expires");
  const std::string text = *table.find_string("expires");
  if (text == "never") return std::nullopt;
  const auto day = find_day(text);
  if (!day) table.refuse("expires", "a date (2026-01-31) or \"never\"", printable(text));
  return day;
}

IgnoreRule rule_of(const TomlTable& table) {
  table.allow_only(rule_keys);
  IgnoreRule rule{.ids = ids_of(table),
                  .package = table.find_string("package").value_or(""),
                  .path = table.find_string("path").value_or(""),
                  .reason = table.find_string("reason").value_or(""),
                  .expires = expiry_of(table),
                  .until_fixed = table.find_bool("until_fixed").value_or(false),
                  .origin = table.origin()};
  if (trim(rule.reason).empty()) table.refuse_as("reason", "is missing: say why");
  if (rule.ids.empty() && rule.package.empty() && rule.path.empty()) {
    table.refuse_as("", "wanted one of id, package and path");
  }
  return rule;
}

std::vector<IgnoreRule> read_toml_rules(std::string_view text, const std::string& path) {
  const toml::table parsed = parse_toml(text, path);
  const TomlTable top(parsed, path, "");
  constexpr std::array<std::string_view, 2> keys{"schema_version", "ignore"};
  top.allow_only(keys);
  const auto version = top.find_int("schema_version");
  if (!version) top.refuse_as("schema_version", "is missing: 1");
  if (*version != 1) top.refuse("schema_version", "1", std::to_string(*version));
  std::vector<IgnoreRule> rules;
  for (const TomlTable& table : top.find_tables("ignore")) rules.push_back(rule_of(table));
  return rules;
}

/// "CVE-2023-1 exp:2024-01-31 # why"; the comment before is the reason where there is none behind.
class TrivyIgnore {
 public:
  explicit TrivyIgnore(const std::string& path) : path_(path) {}

  std::vector<IgnoreRule> read(std::string_view text) {
    std::size_t number = 0;
    for (const std::string& line : split(text, '\n')) read_line(line, ++number);
    return std::move(rules_);
  }

 private:
  void read_line(std::string_view line, std::size_t number) {
    const std::size_t hash = line.find('#');
    const std::string_view comment =
        hash == std::string_view::npos ? "" : trim(line.substr(hash + 1));
    const std::string_view content = trim(line.substr(0, hash));
    if (content.empty()) {
      comment_ = comment;
      return;
    }
    IgnoreRule rule{.reason = std::string(comment.empty() ? comment_ : comment),
                    .origin = fmt::format("{}:{}", path_, number)};
    if (rule.reason.empty()) rule.reason = "listed in " + path_;
    for (const std::string& word : split(content, ' ')) {
      if (trim(word).empty()) continue;
      if (rule.ids.empty()) {
        rule.ids.emplace_back(trim(word));
      } else if (word.starts_with("exp:")) {
        rule.expires = find_day(trim(std::string_view(word).substr(4)));
        if (!rule.expires) refuse(rule, word);
      } else {
        refuse(rule, word);
      }
    }
    rules_.push_back(std::move(rule));
  }

  [[noreturn]] static void refuse(const IgnoreRule& rule, const std::string& word) {
    fail(ErrorKind::invalid, "{}: wanted an id and perhaps exp:DATE, got {}", rule.origin,
         printable(word));
  }

  std::string path_;
  std::string comment_;
  std::vector<IgnoreRule> rules_;
};

bool is_of_package(const IgnoreRule& rule, const Package& package) {
  if (rule.package.empty()) return true;
  const std::string_view purl = package.purl;
  const std::string_view versioned = purl.substr(0, purl.find('?'));
  const std::size_t version = versioned.find('@', versioned.rfind('/') + 1);
  return fits(rule.package, purl) || fits(rule.package, versioned) ||
         fits(rule.package, versioned.substr(0, version));
}

bool is_of_path(const IgnoreRule& rule, const Package& package) {
  if (rule.path.empty()) return true;
  std::string_view pattern = rule.path;
  if (pattern.starts_with('/')) pattern.remove_prefix(1);
  return std::any_of(package.locations.begin(), package.locations.end(),
                     [&](const Location& location) { return fits(pattern, location.path); });
}

bool is_of(const IgnoreRule& rule, const Finding& finding, const Package& package) {
  const auto names_it = [&](const std::string& pattern) {
    return fits(pattern, finding.id) ||
           std::any_of(finding.aliases.begin(), finding.aliases.end(),
                       [&](const std::string& alias) { return fits(pattern, alias); });
  };
  return (rule.ids.empty() || std::any_of(rule.ids.begin(), rule.ids.end(), names_it)) &&
         is_of_package(rule, package) && is_of_path(rule, package);
}

std::string title_of(const IgnoreRule& rule) {
  std::string title = rule.origin + ": the rule for ";
  if (!rule.ids.empty()) return title + join(rule.ids, ", ");
  return title + (rule.package.empty() ? rule.path : rule.package);
}

}  // namespace

std::vector<IgnoreRule> read_ignore_rules(std::string_view text, const std::string& path) {
  if (text.size() > rules_limit_bytes) {
    fail(ErrorKind::invalid, "{} has {} bytes, more than {} allowed", path, text.size(),
         rules_limit_bytes);
  }
  if (path.ends_with(".trivyignore")) return TrivyIgnore(path).read(text);
  return read_toml_rules(text, path);
}

IgnoreReport apply_ignores(Matches& matches, const Inventory& inventory,
                           const std::vector<IgnoreRule>& rules, Timestamp now) {
  IgnoreReport report;
  for (const IgnoreRule& rule : rules) {
    if (rule.expires && *rule.expires <= now) {
      report.expired.push_back(
          fmt::format("{} expired on {}", title_of(rule), to_rfc3339(*rule.expires).substr(0, 10)));
      continue;
    }
    bool is_used = false;
    for (Finding& finding : matches.findings) {
      if (!is_of(rule, finding, inventory.packages[finding.package])) continue;
      is_used = true;
      if (!finding.suppressed.empty() || (rule.until_fixed && !finding.fixed_in.empty())) continue;
      finding.suppressed_by = "ignored";
      finding.suppressed = fmt::format("{} ({})", rule.reason, rule.origin);
      ++report.suppressed;
    }
    if (!is_used) report.unused.push_back(title_of(rule) + " is of no finding");
  }
  return report;
}

}  // namespace lade::sbom
