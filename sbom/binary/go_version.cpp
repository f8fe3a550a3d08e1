#include "sbom/binary/go_version.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "libimage/base/text.h"
#include "libimage/base/time.h"

namespace lade::sbom {
namespace {

bool is_number(char c) { return c >= '0' && c <= '9'; }

/// "1.2", "v1.2.3-rc.1+meta": two numbers at least.
bool is_release(std::string_view text) {
  constexpr std::size_t longest = 128;
  if (text.starts_with('v')) text.remove_prefix(1);
  if (text.empty() || text.size() > longest || !is_number(text.front())) return false;
  const auto* const behind = std::find_if_not(text.begin(), text.end(), is_number);
  if (text.end() - behind < 2 || *behind != '.' || !is_number(behind[1])) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_number(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '+' || c == '~' || c == '_';
  });
}

/// The words of a command line, single and double quotes taken off (cmd/internal/quoted).
std::vector<std::string> words_of(std::string_view flags) {
  std::vector<std::string> words;
  std::string word;
  bool inside = false;
  char quote = '\0';
  for (const char c : flags) {
    if (quote != '\0') {
      if (c == quote) {
        quote = '\0';
      } else {
        word += c;
      }
    } else if (c == '\'' || c == '"') {
      quote = c;
      inside = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (inside) words.push_back(std::move(word));
      word.clear();
      inside = false;
    } else {
      word += c;
      inside = true;
    }
  }
  if (inside) words.push_back(std::move(word));
  return words;
}

bool names_a_version(std::string_view variable) {
  constexpr std::array<std::string_view, 7> names = {
      "version",        "gitversion",     "buildversion",  "appversion",
      "releaseversion", "programversion", "packageversion"};
  std::string name = to_lower(variable);
  std::erase(name, '_');
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// How sure it is that a variable of this package is the program's own version: the lower the
/// surer; nothing for another module's.
std::optional<std::size_t> rank_of(std::string_view package, std::string_view module) {
  if (package == "main") return 0;
  if (module.empty() || !package.starts_with(module)) return std::nullopt;
  const std::string_view behind = package.substr(module.size());
  if (!behind.empty() && behind.front() != '/') return std::nullopt;
  return 1 + behind.size();
}

/// What "-X package.variable=value" sets the program's version to.
std::string version_of_flags(std::string_view flags, std::string_view module) {
  const std::vector<std::string> words = words_of(flags);
  std::string version;
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string_view setting = words[i];
    if (setting.starts_with("-X=")) {
      setting.remove_prefix(3);
    } else if (setting == "-X" && i + 1 < words.size()) {
      setting = words[++i];
    } else {
      continue;
    }
    const std::size_t equals = setting.find('=');
    const std::size_t dot = setting.substr(0, equals).rfind('.');
    if (equals == std::string_view::npos || dot == std::string_view::npos) continue;
    const std::string_view value = setting.substr(equals + 1);
    const auto rank = rank_of(setting.substr(0, dot), module);
    if (!rank || !names_a_version(setting.substr(dot + 1, equals - dot - 1))) continue;
    if (!is_release(value) || (best && *best <= *rank)) continue;
    best = rank;
    version = value;
  }
  return version;
}

/// "v0.0.0-20240102030405-0123456789ab" (go.dev/ref/mod, "Pseudo-versions").
std::string pseudo_version(const GoModules& modules) {
  constexpr std::size_t revision_length = 12;
  const std::string_view revision = modules.setting("vcs.revision");
  const auto time = parse_rfc3339(modules.setting("vcs.time"));
  if (revision.size() < revision_length || !is_hex(revision) || !time) return {};
  std::string stamp = to_rfc3339({time->seconds, 0});
  std::erase_if(stamp, [](char c) { return !is_number(c); });
  std::string version = "v0.0.0-" + stamp + "-";
  version += revision.substr(0, revision_length);
  if (modules.setting("vcs.modified") == "true") version += "+dirty";
  return version;
}

}  // namespace

std::string main_version(const GoModules& modules) {
  const GoModule none;
  const GoModule& module = modules.main ? modules.main->module : none;
  if (!module.version.empty() && module.version != "(devel)") return module.version;
  const std::string& path = module.path.empty() ? modules.path : module.path;
  std::string version = version_of_flags(modules.setting("-ldflags"), path);
  return version.empty() ? pseudo_version(modules) : version;
}

std::string stdlib_version(std::string_view go_version) {
  constexpr std::string_view devel = "devel ";
  if (go_version.starts_with(devel)) go_version.remove_prefix(devel.size());
  go_version = go_version.substr(0, go_version.find(' '));
  if (!go_version.starts_with("go") || !is_release(go_version.substr(2))) return {};
  return std::string(go_version.substr(2));
}

}  // namespace lade::sbom
