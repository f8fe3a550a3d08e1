// One registries.conf in either form. Version 2 is a list of [[registry]] tables and a few global
// keys; version 1, deprecated, is three lists of hosts ([registries.search], .insecure, .block),
// which are read as the [[registry]] tables that would say the same. A file is of one form.
#include "registry/config/registries_file.h"

#include <algorithm>
#include <array>
#include <span>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/toml/toml_table.h"

namespace lade::registry {
namespace {

constexpr std::string_view location_form = "host[:port][/path] without a scheme";

std::string in_quotes(std::string_view text) { return fmt::format("\"{}\"", printable(text)); }

/// A location or prefix without the slashes at its end.
std::string checked_location(const TomlTable& table, std::size_t line, std::string_view key,
                             std::string_view given) {
  std::string_view text = given;
  while (text.ends_with('/')) text.remove_suffix(1);
  const bool has_blank = text.find_first_of(" \t\r\n") != std::string_view::npos;
  if (text.empty() || has_blank || text.find("://") != std::string_view::npos) {
    table.refuse_at(line, key, location_form, in_quotes(given));
  }
  return std::string(text);
}

std::optional<std::string> find_location(const TomlTable& table, std::string_view key) {
  const auto given = table.find_string(key);
  if (!given || given->empty()) return std::nullopt;
  return checked_location(table, table.line_of(key), key, *given);
}

void check_wildcard(const TomlTable& table, std::string_view prefix) {
  const auto star = prefix.find('*');
  if (star == std::string_view::npos) return;
  const bool valid = prefix.starts_with("*.") && prefix.size() > 2 &&
                     prefix.find_first_of("*/:@", 1) == std::string_view::npos;
  if (!valid) table.refuse("prefix", "\"*.\" before a host name, or no \"*\"", in_quotes(prefix));
}

std::string checked_host(const TomlTable& table, std::size_t line, std::string_view key,
                         std::string_view given) {
  const std::string host = checked_location(table, line, key, given);
  const auto probe = Reference::try_parse(host + "/any/name");
  const bool is_host = probe && probe->path() == "any/name";
  if (!is_host) table.refuse_at(line, key, "host[:port]", in_quotes(given));
  return probe->domain();
}

class RegistriesReader {
 public:
  RegistriesReader(const TomlTable& root, RegistriesFile& file) : root_(root), file_(file) {}

  void read_version_1(const TomlTable& lists) {
    warn_of_unknown(lists, std::array<std::string_view, 3>{"search", "insecure", "block"});
    if (const auto search = lists.find_table("search")) {
      std::vector<std::string> hosts;
      for (const TomlString& host : v1_list(*search)) {
        hosts.push_back(checked_host(*search, host.line, "registries", host.text));
      }
      set_search(std::move(hosts), search->line_of("registries"));
    }
    if (const auto table = lists.find_table("insecure")) {
      for (const TomlString& host : v1_list(*table)) v1_entry(*table, host).insecure = true;
    }
    if (const auto table = lists.find_table("block")) {
      for (const TomlString& host : v1_list(*table)) v1_entry(*table, host).blocked = true;
    }
  }

  void read_version_2() {
    warn_of_unknown(root_, v2_keys);
    for (const TomlTable& table : root_.find_tables("registry")) add_registry(table);
    check_conflicts();
    drop_repeated();
    read_globals();
    if (const auto table = root_.find_table("aliases")) {
      for (const std::string& name : table->keys()) add_alias(*table, name);
    }
  }

  static constexpr std::array<std::string_view, 6> v2_keys = {
      "registry", "unqualified-search-registries",     "credential-helpers", "short-name-mode",
      "aliases",  "additional-layer-store-auth-helper"};

 private:
  std::vector<TomlString> v1_list(const TomlTable& table) {
    warn_of_unknown(table, std::array<std::string_view, 1>{"registries"});
    return table.find_strings("registries").value_or(std::vector<TomlString>{});
  }

  RegistryEntry& v1_entry(const TomlTable& table, const TomlString& given) {
    const std::string location = checked_location(table, given.line, "registries", given.text);
    const auto found = std::ranges::find(file_.registries, location, &RegistryEntry::location);
    if (found != file_.registries.end()) return *found;
    RegistryEntry entry;
    entry.prefix = entry.location = location;
    entry.origin = table.origin_at(given.line);
    return file_.registries.emplace_back(std::move(entry));
  }

  void set_search(std::vector<std::string> hosts, std::size_t line) {
    file_.search_registries = std::move(hosts);
    file_.search_origin = root_.origin_at(line);
  }

  void read_globals() {
    constexpr std::string_view search_key = "unqualified-search-registries";
    if (const auto given = root_.find_strings(search_key)) {
      std::vector<std::string> hosts;
      for (const TomlString& host : *given) {
        hosts.push_back(checked_host(root_, host.line, search_key, host.text));
      }
      set_search(std::move(hosts), root_.line_of(search_key));
    }
    if (const auto given = root_.find_strings("credential-helpers")) {
      file_.credential_helpers.emplace();
      for (const TomlString& helper : *given) {
        check_helper(helper);
        file_.credential_helpers->push_back(helper.text);
      }
    }
    file_.short_name_mode = short_name_mode();
  }

  void check_helper(const TomlString& helper) {
    constexpr std::string_view key = "credential-helpers";
    const bool is_name =
        !helper.text.empty() && helper.text.find_first_of("/ \t\r\n") == std::string::npos;
    if (!is_name) {
      root_.refuse_at(helper.line, key, "names of programs without \"docker-credential-\"",
                      in_quotes(helper.text));
    }
  }

  std::optional<ShortNameMode> short_name_mode() {
    const auto given = root_.find_string("short-name-mode");
    if (!given || given->empty()) return std::nullopt;
    if (*given == "enforcing") return ShortNameMode::enforcing;
    if (*given == "permissive") return ShortNameMode::permissive;
    if (*given == "disabled") return ShortNameMode::disabled;
    root_.refuse("short-name-mode", "enforcing, permissive or disabled", in_quotes(*given));
  }

  void add_registry(const TomlTable& table) {
    static constexpr std::array<std::string_view, 6> known = {
        "prefix", "location", "insecure", "blocked", "mirror", "mirror-by-digest-only"};
    if (table.has("pull-from-mirror")) {
      table.refuse("pull-from-mirror", "it only in a [[registry.mirror]]",
                   "it in the [[registry]] itself");
    }
    warn_of_unknown(table, known);
    RegistryEntry entry;
    const auto location = find_location(table, "location");
    const auto prefix = find_location(table, "prefix");
    if (!location && !prefix) table.refuse("location", location_form, "neither it nor a prefix");
    entry.prefix = prefix ? *prefix : *location;
    check_wildcard(table, entry.prefix);
    if (!location && !entry.prefix.starts_with("*.")) {
      table.refuse("location", fmt::format("{}, because the prefix has no \"*.\"", location_form),
                   "nothing");
    }
    entry.location = location.value_or("");
    entry.insecure = table.find_bool("insecure").value_or(false);
    entry.blocked = table.find_bool("blocked").value_or(false);
    entry.origin = table.origin();
    const bool digest_only = table.find_bool("mirror-by-digest-only").value_or(false);
    for (const TomlTable& mirror : table.find_tables("mirror")) {
      entry.mirrors.push_back(read_mirror(mirror, digest_only));
    }
    file_.registries.push_back(std::move(entry));
  }

  Mirror read_mirror(const TomlTable& table, bool digest_only) {
    static constexpr std::array<std::string_view, 3> known = {"location", "insecure",
                                                              "pull-from-mirror"};
    warn_of_unknown(table, known);
    const auto location = find_location(table, "location");
    if (!location) table.refuse("location", location_form, "nothing");
    const std::string use = table.find_string("pull-from-mirror").value_or("");
    if (digest_only && !use.empty()) {
      table.refuse("pull-from-mirror",
                   "it not to be set where the registry says mirror-by-digest-only",
                   in_quotes(use));
    }
    return {*location, table.find_bool("insecure").value_or(false),
            digest_only ? MirrorUse::digest_only : mirror_use(table, use)};
  }

  static MirrorUse mirror_use(const TomlTable& table, const std::string& text) {
    if (text.empty() || text == "all") return MirrorUse::all;
    if (text == "digest-only") return MirrorUse::digest_only;
    if (text == "tag-only") return MirrorUse::tag_only;
    table.refuse("pull-from-mirror", "all, digest-only or tag-only", in_quotes(text));
  }

  /// Where a location occurs twice, for two prefixes, it is one server: it cannot be both blocked
  /// and not.
  void check_conflicts() {
    const auto place = [](const RegistryEntry& entry) -> const std::string& {
      return entry.location.empty() ? entry.prefix : entry.location;
    };
    std::map<std::string_view, const RegistryEntry*> first;
    for (const RegistryEntry& entry : file_.registries) {
      const RegistryEntry& other = *first.try_emplace(place(entry), &entry).first->second;
      const bool insecure_differs = entry.insecure != other.insecure;
      if (!insecure_differs && entry.blocked == other.blocked) continue;
      const std::string_view key = insecure_differs ? "insecure" : "blocked";
      const bool value = insecure_differs ? entry.insecure : entry.blocked;
      fail(ErrorKind::invalid,
           "{}: registry.{}: wanted {} as at {} for the same location \"{}\","
           " got {}",
           entry.origin, key, !value, other.origin, place(entry), value);
    }
  }

  void drop_repeated() {
    std::vector<RegistryEntry> kept;
    for (RegistryEntry& entry : file_.registries) {
      const auto same = std::ranges::find(kept, entry.prefix, &RegistryEntry::prefix);
      if (same == kept.end()) {
        kept.push_back(std::move(entry));
        continue;
      }
      file_.warnings.push_back(fmt::format("{}: the prefix \"{}\" was used at {} already: ignored",
                                           entry.origin, entry.prefix, same->origin));
    }
    file_.registries = std::move(kept);
  }

  void add_alias(const TomlTable& table, const std::string& name) {
    const std::string value = table.find_string(name).value_or("");
    if (!is_short_name(name) || name.find_first_of(":@") != std::string::npos ||
        !Reference::try_parse(name)) {
      table.refuse(name, "a short name as the key, without registry, tag or digest",
                   in_quotes(name));
    }
    if (value.empty()) {
      file_.aliases[name] = std::nullopt;
      return;
    }
    const auto target = Reference::try_parse(value);
    if (!target || !target->is_name_only() || is_short_name(value)) {
      table.refuse(name, "registry/repository without tag and digest", in_quotes(value));
    }
    file_.aliases.insert_or_assign(name,
                                   ShortNameAlias{*target, table.origin_at(table.line_of(name))});
  }

  void warn_of_unknown(const TomlTable& table, std::span<const std::string_view> known) {
    for (const std::string& key : table.keys()) {
      if (std::ranges::find(known, key) != known.end()) continue;
      const auto meant = did_you_mean(key, known);
      file_.warnings.push_back(fmt::format(
          "{}: the key \"{}\" is unknown and ignored{}", table.origin_at(table.line_of(key)),
          printable(key), meant ? fmt::format(", did you mean \"{}\"?", *meant) : ""));
    }
  }

  const TomlTable& root_;
  RegistriesFile& file_;
};

}  // namespace

bool is_short_name(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return true;
  const std::string_view first = text.substr(0, slash);
  return first != "localhost" && first.find_first_of(".:") == std::string_view::npos &&
         to_lower(first) == first;
}

RegistriesFile parse_registries_file(std::string_view text, const std::string& path,
                                     RegistriesVersion version) {
  const toml::table document = parse_toml(text, path);
  const TomlTable root(document, path, "");
  RegistriesFile file;
  RegistriesReader reader(root, file);
  const auto lists = root.find_table("registries");
  if (!lists) {
    reader.read_version_2();
    return file;
  }
  if (version == RegistriesVersion::two) {
    root.refuse("registries", "version 2 ([[registry]])", "version 1 ([registries.search] …)");
  }
  for (const std::string_view key : RegistriesReader::v2_keys) {
    if (root.has(key)) {
      root.refuse(key, "a file in one form, and [registries] is version 1", "a key of version 2");
    }
  }
  reader.read_version_1(*lists);
  return file;
}

}  // namespace lade::registry
