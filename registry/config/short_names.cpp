#include "registry/config/short_names.h"

#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/base/text.h"
#include "registry/config/registries_file.h"

namespace lade::registry {
namespace {

/// What a user typed, taken apart without giving it a registry.
struct ShortName {
  std::string name;    ///< "library/busybox"
  std::string suffix;  ///< "[:tag][@digest]"
};

ShortName take_apart(std::string_view text) {
  const auto slash = text.rfind('/', text.find('@'));
  const auto end = text.find_first_of(":@", slash == std::string_view::npos ? 0 : slash);
  return {std::string(text.substr(0, end)),
          std::string(end == std::string_view::npos ? "" : text.substr(end))};
}

NameResolution by_alias(const ShortName& name, const ShortNameAlias& alias) {
  NameResolution resolution;
  resolution.candidates = {Reference::parse(alias.target.str() + name.suffix)};
  resolution.reason =
      fmt::format("\"{}\" is an alias of {} ({})", name.name, alias.target.str(), alias.origin);
  return resolution;
}

NameResolution by_search(std::string_view text, const ShortName& name,
                         const RegistriesConfig& config, const NameOptions& options) {
  NameResolution resolution;
  for (const std::string& host : *config.search_registries) {
    resolution.candidates.push_back(Reference::parse(fmt::format("{}/{}", host, text)));
  }
  resolution.reason =
      fmt::format("\"{}\" is looked up in {} (unqualified-search-registries, {})", name.name,
                  join(*config.search_registries, ", "), config.search_origin);
  const bool ambiguous =
      resolution.candidates.size() > 1 && config.short_name_mode != ShortNameMode::disabled;
  if (!ambiguous) return resolution;
  if (options.terminal) {
    resolution.ask = true;
    resolution.alias_name = name.name;
  } else if (config.short_name_mode == ShortNameMode::enforcing) {
    fail(ErrorKind::conflict,
         "the short name \"{}\" may mean an image in {} ({}), and short-name-mode is enforcing: "
         "wanted a name with its registry or a terminal to ask on",
         printable(text), join(*config.search_registries, " or "), config.search_origin);
  }
  return resolution;
}

NameResolution by_fallback(std::string_view text, const std::string& registry) {
  NameResolution resolution;
  resolution.candidates = {Reference::parse(fmt::format("{}/{}", registry, text))};
  resolution.reason =
      fmt::format("\"{}\" is looked up in {}, as no unqualified-search-registries are set",
                  printable(text), registry);
  return resolution;
}

std::string alias_text(const std::map<std::string, std::string>& aliases) {
  std::string text = "[aliases]\n";
  for (const auto& [name, target] : aliases)
    text += fmt::format("  \"{}\" = \"{}\"\n", name, target);
  return text;
}

}  // namespace

NameResolution resolve_name(std::string_view text, const RegistriesConfig& config,
                            const std::map<std::string, ShortNameAlias>& remembered,
                            const NameOptions& options) {
  const Reference plain = Reference::parse(text);
  if (!is_short_name(text)) {
    return {.candidates = {plain},
            .ask = false,
            .alias_name = {},
            .reason = fmt::format("\"{}\" names its registry", printable(text))};
  }
  const ShortName name = take_apart(text);
  for (const auto* aliases : {&remembered, &config.aliases}) {
    if (const auto alias = aliases->find(name.name); alias != aliases->end()) {
      return by_alias(name, alias->second);
    }
  }
  if (config.search_registries && !config.search_registries->empty()) {
    return by_search(text, name, config, options);
  }
  if (!config.search_registries && !options.fallback_registry.empty()) {
    return by_fallback(text, options.fallback_registry);
  }
  fail(ErrorKind::not_found,
       "the short name \"{}\" is no alias, and {}: wanted a name with its registry",
       printable(text),
       config.search_registries
           ? fmt::format("unqualified-search-registries is empty ({})", config.search_origin)
           : std::string("no unqualified-search-registries are set"));
}

std::string alias_file(const UserEnvironment& environment) {
  constexpr std::string_view name = "containers/short-name-aliases.conf";
  return environment.uid == 0 ? environment.system_path(join_path("/var/cache", name))
                              : environment.cache_path(name);
}

std::map<std::string, ShortNameAlias> load_remembered_aliases(const std::string& path) {
  std::map<std::string, ShortNameAlias> aliases;
  const auto text = path.empty() ? std::nullopt : find_file(path, registries_file_limit_bytes);
  if (!text) return aliases;
  for (auto& [name, alias] : parse_registries_file(*text, path, RegistriesVersion::two).aliases) {
    if (alias) aliases.emplace(name, *std::move(alias));
  }
  return aliases;
}

void remember_alias(const std::string& path, const std::string& name, const Reference& target) {
  if (take_apart(name).name != name || !is_short_name(name) || !Reference::try_parse(name)) {
    fail(ErrorKind::invalid, "cannot remember an alias: wanted a short name, got \"{}\"",
         printable(name));
  }
  make_directories(std::filesystem::path(path).parent_path().string(), 0700);
  const FileLock lock = FileLock::acquire(path + ".lock", FileLock::Mode::exclusive);
  std::map<std::string, std::string> aliases;
  for (const auto& [known, alias] : load_remembered_aliases(path)) {
    aliases.emplace(known, alias.target.str());
  }
  aliases[name] = target.name();
  write_file_atomic(path, alias_text(aliases), 0600);
}

}  // namespace lade::registry
