#include "libimage/oci/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/oci/descriptor.h"
#include "libimage/oci/document.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/manifest.h"

namespace lade {
namespace {

std::optional<Timestamp> parse_created(const Json& object, std::string_view what) {
  // the years 0 to 9999 in UTC: what RFC 3339 can write
  constexpr std::int64_t first = -62'167'219'200;
  constexpr std::int64_t last = 253'402'300'799;
  const auto text = find_string(object, "created", what);
  if (!text) return std::nullopt;
  const auto time = parse_rfc3339(*text);
  if (!time || time->seconds < first || time->seconds > last) {
    fail(ErrorKind::invalid, "{}: \"created\" must be a time as RFC 3339 writes it, got \"{}\"",
         what, printable(*text));
  }
  return time;
}

/// The keys of an object whose values say nothing: {"80/tcp": {}}
std::set<std::string> parse_set(const Json& object, std::string_view key, std::string_view what) {
  std::set<std::string> names;
  const Json* member = find_object(object, key, what);
  if (member == nullptr) return names;
  for (const auto& item : member->items()) {
    if (!item.value().is_object() && !item.value().is_null()) {
      fail(ErrorKind::invalid, "{}: \"{}\" in \"{}\" must be an empty object, got {}", what,
           printable(item.key()), key, item.value().type_name());
    }
    names.insert(item.key());
  }
  return names;
}

std::optional<std::vector<std::string>> parse_words(const Json& object, std::string_view key,
                                                    std::string_view what) {
  const Json* member = find_member(object, key, what);
  if (member == nullptr) return std::nullopt;
  if (member->is_string()) return std::vector<std::string>{member->get<std::string>()};
  return find_strings(object, key, what);
}

std::optional<int> parse_small(const Json& object, std::string_view key, std::string_view what) {
  const auto value = find_int(object, key, what);
  if (!value) return std::nullopt;
  if (*value < std::numeric_limits<int>::min() || *value > std::numeric_limits<int>::max()) {
    fail(ErrorKind::invalid, "{}: \"{}\" is out of range: {}", what, key, *value);
  }
  return static_cast<int>(*value);
}

Healthcheck parse_healthcheck(const Json& object, std::string_view what) {
  Healthcheck check;
  check.test = find_strings(object, "Test", what);
  check.interval_ns = find_int(object, "Interval", what).value_or(0);
  check.timeout_ns = find_int(object, "Timeout", what).value_or(0);
  check.start_period_ns = find_int(object, "StartPeriod", what).value_or(0);
  check.start_interval_ns = find_int(object, "StartInterval", what).value_or(0);
  check.retries = parse_small(object, "Retries", what).value_or(0);
  return check;
}

RunConfig parse_run_config(const Json& object, std::string_view what) {
  RunConfig config;
  config.user = find_string(object, "User", what).value_or("");
  config.exposed_ports = parse_set(object, "ExposedPorts", what);
  config.env = find_strings(object, "Env", what);
  config.entrypoint = parse_words(object, "Entrypoint", what);
  config.cmd = parse_words(object, "Cmd", what);
  config.volumes = parse_set(object, "Volumes", what);
  config.working_dir = find_string(object, "WorkingDir", what).value_or("");
  config.labels = parse_annotations(object, "Labels", what);
  config.stop_signal = find_string(object, "StopSignal", what).value_or("");
  config.args_escaped = find_bool(object, "ArgsEscaped", what).value_or(false);
  if (const Json* check = find_object(object, "Healthcheck", what)) {
    config.healthcheck = parse_healthcheck(*check, fmt::format("{}, Healthcheck", what));
  }
  config.on_build = find_strings(object, "OnBuild", what);
  config.shell = parse_words(object, "Shell", what);
  config.stop_timeout = parse_small(object, "StopTimeout", what);
  return config;
}

std::vector<Digest> parse_rootfs(const Json& object, std::string_view what) {
  const auto type = find_string(object, "type", what);
  if (type && *type != "layers") {
    fail(ErrorKind::invalid, "{}: \"type\" must be \"layers\", got \"{}\"", what, printable(*type));
  }
  std::vector<Digest> diff_ids;
  const auto texts = find_strings(object, "diff_ids", what);
  if (texts.size() > document_list_limit) {
    fail(ErrorKind::invalid, "{}: \"diff_ids\" has {} entries, at most {} are read", what,
         texts.size(), document_list_limit);
  }
  diff_ids.reserve(texts.size());
  for (const std::string& text : texts) {
    try {
      diff_ids.push_back(Digest::parse(text));
    } catch (Error& error) {
      error.add_context(fmt::format("{}, diff_ids[{}]", what, diff_ids.size()));
      throw;
    }
  }
  return diff_ids;
}

HistoryEntry parse_history_entry(const Json& object, std::string_view what) {
  HistoryEntry entry;
  entry.created = parse_created(object, what);
  entry.created_by = find_string(object, "created_by", what).value_or("");
  entry.author = find_string(object, "author", what).value_or("");
  entry.comment = find_string(object, "comment", what).value_or("");
  entry.empty_layer = find_bool(object, "empty_layer", what).value_or(false);
  return entry;
}

std::vector<HistoryEntry> parse_history(const Json& document, std::string_view what) {
  std::vector<HistoryEntry> history;
  const Json* list = find_array(document, "history", what);
  if (list == nullptr) return history;
  for (const Json& item : *list) {
    history.push_back(
        parse_history_entry(item, fmt::format("{}, history[{}]", what, history.size())));
  }
  return history;
}

void add(Json& object, const char* key, const std::string& text) {
  if (!text.empty()) object[key] = text;
}

void add(Json& object, const char* key, const std::vector<std::string>& list) {
  if (!list.empty()) object[key] = list;
}

/// An empty list is not the same as none: ENTRYPOINT [] undoes the base image's.
void add(Json& object, const char* key, const std::optional<std::vector<std::string>>& list) {
  if (list) object[key] = *list;
}

void add(Json& object, const char* key, const std::set<std::string>& names) {
  if (names.empty()) return;
  Json members = Json::object();
  for (const std::string& name : names) {
    members.get_ref<Json::object_t&>().emplace_back(name, Json::object());
  }
  object[key] = std::move(members);
}

void add(Json& object, const char* key, std::int64_t number) {
  if (number != 0) object[key] = number;
}

void add(Json& object, const char* key, bool flag) {
  if (flag) object[key] = true;
}

void add(Json& object, const char* key, const std::optional<Timestamp>& time) {
  if (time) object[key] = to_rfc3339(*time);
}

Json healthcheck_json(const Healthcheck& check) {
  Json object = Json::object();
  add(object, "Test", check.test);
  add(object, "Interval", check.interval_ns);
  add(object, "Timeout", check.timeout_ns);
  add(object, "StartPeriod", check.start_period_ns);
  add(object, "StartInterval", check.start_interval_ns);
  add(object, "Retries", std::int64_t{check.retries});
  return object;
}

Json run_config_json(const RunConfig& config) {
  Json object = Json::object();
  add(object, "User", config.user);
  add(object, "ExposedPorts", config.exposed_ports);
  add(object, "Env", config.env);
  add(object, "Entrypoint", config.entrypoint);
  add(object, "Cmd", config.cmd);
  add(object, "Volumes", config.volumes);
  add(object, "WorkingDir", config.working_dir);
  if (!config.labels.empty()) object["Labels"] = to_json(config.labels);
  add(object, "StopSignal", config.stop_signal);
  add(object, "ArgsEscaped", config.args_escaped);
  if (config.healthcheck) object["Healthcheck"] = healthcheck_json(*config.healthcheck);
  add(object, "OnBuild", config.on_build);
  add(object, "Shell", config.shell);
  if (config.stop_timeout) object["StopTimeout"] = *config.stop_timeout;
  return object;
}

Json history_json(const HistoryEntry& entry) {
  Json object = Json::object();
  add(object, "created", entry.created);
  add(object, "created_by", entry.created_by);
  add(object, "author", entry.author);
  add(object, "comment", entry.comment);
  add(object, "empty_layer", entry.empty_layer);
  return object;
}

Json rootfs_json(const std::vector<Digest>& diff_ids) {
  Json list = Json::array();
  for (const Digest& diff_id : diff_ids) list.push_back(diff_id.str());
  Json object = Json::object();
  object["type"] = "layers";
  object["diff_ids"] = std::move(list);
  return object;
}

/// Is `variable` a setting of `name`?
bool sets(std::string_view variable, std::string_view name) {
  return variable.size() > name.size() && variable.starts_with(name) &&
         variable[name.size()] == '=';
}

}  // namespace

ImageConfig parse_config(std::string_view bytes, std::string_view what) {
  const Json document = parse_document(bytes, config_limit_bytes, what);
  ImageConfig config;
  config.created = parse_created(document, what);
  config.author = find_string(document, "author", what).value_or("");
  config.platform = parse_platform_json(document, what);
  if (const Json* run = find_object(document, "config", what)) {
    config.config = parse_run_config(*run, fmt::format("{}, config", what));
  }
  if (const Json* rootfs = find_object(document, "rootfs", what)) {
    config.diff_ids = parse_rootfs(*rootfs, fmt::format("{}, rootfs", what));
  }
  config.history = parse_history(document, what);
  return config;
}

std::string serialize(const ImageConfig& config) {
  Json document = Json::object();
  add(document, "created", config.created);
  add(document, "author", config.author);
  const Json platform = to_json(config.platform);
  for (const auto& item : platform.items()) document[item.key()] = item.value();
  document["config"] = run_config_json(config.config);
  document["rootfs"] = rootfs_json(config.diff_ids);
  if (!config.history.empty()) {
    Json& history = document["history"] = Json::array();
    for (const HistoryEntry& entry : config.history) history.push_back(history_json(entry));
  }
  return to_compact(document);
}

Digest chain_id(std::span<const Digest> diff_ids) {
  if (diff_ids.empty()) fail(ErrorKind::internal, "no layers have no chain id");
  Digest chain = diff_ids.front();
  for (const Digest& diff_id : diff_ids.subspan(1)) {
    chain = digest_of(chain.str() + " " + diff_id.str());
  }
  return chain;
}

std::optional<std::string> find_env(const std::vector<std::string>& env, std::string_view name) {
  const auto found = std::find_if(
      env.rbegin(), env.rend(), [&](const std::string& variable) { return sets(variable, name); });
  if (found == env.rend()) return std::nullopt;
  return found->substr(name.size() + 1);
}

void set_env(std::vector<std::string>& env, std::string_view name, std::string_view value) {
  const auto is_set = [&](const std::string& variable) { return sets(variable, name); };
  std::string setting = fmt::format("{}={}", name, value);
  const auto first = std::find_if(env.begin(), env.end(), is_set);
  if (first == env.end()) {
    env.push_back(std::move(setting));
    return;
  }
  *first = std::move(setting);
  env.erase(std::remove_if(first + 1, env.end(), is_set), env.end());
}

}  // namespace lade
