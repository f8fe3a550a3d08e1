#include <array>
#include <span>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"
#include "sbom/audit/audit_profile.h"

namespace lade::sbom {
namespace {

constexpr int extends_limit = 8;

std::string shown_word(std::string_view text) { return "\"" + printable(text) + "\""; }

std::string directory_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

std::string_view require_check(const TomlTable& table, std::string_view key,
                               const std::string& id) {
  if (const AuditCheck* check = find_audit_check(id)) return check->id;
  std::vector<std::string_view> ids;
  for (const AuditCheck& check : audit_checks()) ids.push_back(check.id);
  const auto near = did_you_mean(id, ids);
  table.refuse(key, near ? fmt::format("a check; did you mean \"{}\"?", *near) : "a check",
               shown_word(id));
}

std::optional<AuditSeverity> read_severity(const TomlTable& table, std::string_view key) {
  const auto word = table.find_string(key);
  if (!word) return std::nullopt;
  if (const auto severity = find_audit_severity(*word)) return severity;
  table.refuse(key, "info, low, medium, high or critical", shown_word(*word));
}

void read_checks(const TomlTable& root, AuditProfile& profile) {
  const auto checks = root.find_table("check");
  if (!checks) return;
  constexpr std::string_view known[] = {"enabled", "severity"};
  for (const std::string& id : checks->keys()) {
    const std::string_view name = require_check(*checks, id, id);
    const auto table = checks->find_table(id);
    table->allow_only(known);
    const auto severity = read_severity(*table, "severity");
    const bool is_on = table->find_bool("enabled").value_or(profile.has(name) || severity);
    if (!is_on) {
      profile.checks.erase(std::string(name));
      continue;
    }
    const auto at =
        profile.checks.emplace(std::string(name), find_audit_check(name)->severity).first;
    if (severity) at->second = *severity;
  }
}

template <class Number>
void read_limit(const TomlTable& root, std::string_view key, Number& limit) {
  const auto number = root.find_int(key);
  if (!number) return;
  if (*number < 0) root.refuse(key, "0 (no limit) or more", std::to_string(*number));
  limit = static_cast<Number>(*number);
}

void read_texts(const TomlTable& root, std::string_view key, std::vector<std::string>& texts) {
  const auto found = root.find_strings(key);
  if (!found) return;
  texts.clear();
  for (const TomlString& one : *found) {
    if (one.text.empty()) root.refuse_at(one.line, key, "a text", "an empty one");
    texts.push_back(one.text);
  }
}

std::string require_text(const TomlTable& table, std::string_view key) {
  std::string text = table.find_string(key).value_or("");
  if (trim(text).empty()) table.refuse(key, "a text", table.has(key) ? "an empty one" : "nothing");
  return text;
}

AuditException read_exception(const TomlTable& table) {
  constexpr std::string_view known[] = {"check", "path", "reason", "expires"};
  table.allow_only(known);
  AuditException exception{.check = require_text(table, "check"),
                           .reason = require_text(table, "reason"),
                           .expires = table.find_time("expires"),
                           .origin = table.origin()};
  require_check(table, "check", exception.check);
  if (table.has("path")) exception.path = PathGlob::parse(require_text(table, "path"));
  return exception;
}

AuditProfile read_profile(std::string_view text, const std::string& path, const ProfileLoader& load,
                          int depth);

AuditProfile read_parent(const TomlTable& root, const std::string& path, const ProfileLoader& load,
                         int depth) {
  const std::string name = root.find_string("extends").value_or("default");
  if (auto builtin = find_audit_profile(name)) return *std::move(builtin);
  if (!name.ends_with(".toml")) {
    root.refuse("extends",
                fmt::format("{} or a .toml file", fmt::join(builtin_audit_profiles(), ", ")),
                shown_word(name));
  }
  if (depth >= extends_limit) {
    root.refuse_as("extends", fmt::format("more than {} files extend each other", extends_limit));
  }
  const std::string file = name.starts_with('/') ? name : directory_of(path) + name;
  return read_profile(load(file), file, load, depth + 1);
}

AuditProfile read_profile(std::string_view text, const std::string& path, const ProfileLoader& load,
                          int depth) {
  const toml::table parsed = parse_toml(text, path);
  const TomlTable root(parsed, path, "");
  constexpr std::string_view known[] = {
      "schema_version",  "name",           "extends",      "fail_on",
      "max_size_bytes",  "max_layers",     "max_age_days", "max_report_age_days",
      "required_labels", "approved_bases", "check",        "exception"};
  root.allow_only(known);
  const auto version = root.find_int("schema_version");
  if (version != 1) {
    root.refuse("schema_version", "1", version ? std::to_string(*version) : "nothing");
  }
  AuditProfile profile = read_parent(root, path, load, depth);
  profile.name = root.find_string("name").value_or(path);
  if (root.find_string("fail_on") == "none") {
    profile.fail_on.reset();
  } else if (const auto severity = read_severity(root, "fail_on")) {
    profile.fail_on = severity;
  }
  read_limit(root, "max_size_bytes", profile.limits.size_bytes);
  read_limit(root, "max_layers", profile.limits.layers);
  read_limit(root, "max_age_days", profile.limits.age_days);
  read_limit(root, "max_report_age_days", profile.limits.attachment_age_days);
  read_texts(root, "required_labels", profile.limits.labels);
  read_texts(root, "approved_bases", profile.limits.bases);
  read_checks(root, profile);
  for (const TomlTable& table : root.find_tables("exception")) {
    profile.exceptions.push_back(read_exception(table));
  }
  return profile;
}

}  // namespace

AuditProfile parse_audit_profile(std::string_view text, const std::string& path,
                                 const ProfileLoader& load) {
  return read_profile(text, path, load, 0);
}

}  // namespace lade::sbom
