#include <algorithm>
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/lockfile.h"
#include "sbom/language/python_metadata.h"
#include "sbom/language/python_requirement.h"

namespace lade::sbom {
namespace {

std::string_view without_comment(std::string_view line, std::string_view mark) {
  return trim(line.substr(0, line.find(mark)));
}

/// "name (1.0-x86_64-linux)" with four blanks before it is a gem; with six it is what that needs.
struct GemLine {
  std::string name{};
  std::string version{};
  std::size_t depth = 0;
};

GemLine parse_gem_line(std::string_view line) {
  GemLine gem{.depth = std::min(line.find_first_not_of(' '), line.size())};
  line = trim(line);
  const std::size_t open = line.find(" (");
  gem.name = line.substr(0, open);
  if (open != std::string_view::npos && line.ends_with(')')) {
    gem.version = line.substr(open + 2, line.size() - open - 3);
  }
  return gem;
}

/// Takes the next string in quotes off the front.
std::string take_quoted(std::string_view& rest) {
  const std::size_t open = rest.find('"');
  if (open == std::string_view::npos) return {};
  const std::size_t close = rest.find('"', open + 1);
  if (close == std::string_view::npos) return {};
  std::string text(rest.substr(open + 1, close - open - 1));
  rest.remove_prefix(close + 1);
  return text;
}

/// Required modules by the name that go.mod requires them under; it requires each once.
using ModuleIndexes = std::unordered_map<std::string, std::size_t>;

/// "replace a [v1] => b v2"; a directory has no version, and what is there is the project's own.
void replace_module(const std::vector<std::string>& words, LockedPackages& locked,
                    const ModuleIndexes& indexes) {
  const auto arrow = std::find(words.begin(), words.end(), "=>");
  const auto before = arrow - words.begin();
  if (arrow == words.end() || arrow + 1 == words.end() || before < 2) return;
  const auto known = indexes.find(words[1]);
  if (known == indexes.end()) return;
  Package& package = locked.packages[known->second];
  if (before == 3 && package.version != words[2]) return;
  package.remarks.push_back("replaced: go.mod names " + words[1] + " " + package.version);
  package.name = *(arrow + 1);
  package.version = arrow + 2 == words.end() ? std::string() : *(arrow + 2);
}

/// "name==1.0 --hash=sha256:…" of requirements.txt.
void add_requirement(std::string_view line, LockedPackages& locked) {
  const auto name = required_name(line, {});
  const std::size_t pin = line.find("==");
  const std::size_t marker = line.find(';');
  if (!name || line.starts_with('-') || pin == std::string_view::npos || pin > marker) return;
  std::string_view version = line.substr(pin + 2);
  if (version.starts_with('=')) version.remove_prefix(1);
  version = trim(version);
  version = version.substr(0, version.find_first_of(" ,;"));
  if (!is_word(version) || version.ends_with(".*")) return;
  locked.packages.push_back(
      {.type = PackageType::pypi, .name = *name, .version = std::string(version)});
}

}  // namespace

LockedPackages parse_requirements(std::string_view text, std::string_view /*what*/) {
  LockedPackages locked;
  std::string joined;
  for (const std::string& raw : split(text, '\n')) {
    std::string_view line = trim(raw);
    if (line.starts_with('#')) continue;
    line = without_comment(line, " #");
    const bool goes_on = line.ends_with('\\');
    if (goes_on) line.remove_suffix(1);
    joined += line;
    if (goes_on) continue;
    add_requirement(joined, locked);
    joined.clear();
  }
  add_requirement(joined, locked);
  return locked;
}

LockedPackages parse_go_mod(std::string_view text, std::string_view what) {
  LockedPackages locked;
  ModuleIndexes indexes;
  bool is_go_mod = false;
  std::string block;
  for (const std::string& raw : split(text, '\n')) {
    const std::string line(without_comment(raw, "//"));
    std::vector<std::string> words;
    for (std::string& word : split(line, ' ')) {
      if (!trim(word).empty()) words.emplace_back(trim(word));
    }
    if (words.empty()) continue;
    is_go_mod = is_go_mod || words[0] == "module";
    if (words[0] == ")") {
      block.clear();
      continue;
    }
    if (words.size() == 2 && words[1] == "(") {
      block = words[0];
      continue;
    }
    if (!block.empty()) words.insert(words.begin(), block);
    if (words[0] == "require" && words.size() >= 3) {
      if (!is_word(words[1]) || !is_word(words[2])) continue;
      indexes.emplace(words[1], locked.packages.size());
      locked.packages.push_back(
          {.type = PackageType::golang, .name = words[1], .version = words[2]});
    }
    if (words[0] == "replace") replace_module(words, locked, indexes);
  }
  if (!is_go_mod) fail(ErrorKind::invalid, "{} has no module line", printable(what));
  std::erase_if(locked.packages, [](const Package& package) { return package.version.empty(); });
  return locked;
}

LockedPackages parse_gemfile_lock(std::string_view text, std::string_view what) {
  LockedPackages locked;
  std::string section;
  bool has_section = false;
  for (const std::string& line : split(text, '\n')) {
    if (trim(line).empty()) continue;
    GemLine gem = parse_gem_line(line);
    if (gem.depth == 0) {
      section = gem.name;
      has_section = has_section || section == "GEM" || section == "DEPENDENCIES";
    }
    if (section != "GEM" && section != "GIT") continue;
    if (gem.depth == 4 && is_word(gem.name) && is_word(gem.version)) {
      const std::size_t dash = gem.version.find('-');
      Package package{
          .type = PackageType::gem, .name = gem.name, .version = gem.version.substr(0, dash)};
      if (dash != std::string::npos) {
        package.qualifiers["platform"] = gem.version.substr(dash + 1);
      }
      locked.packages.push_back(std::move(package));
    } else if (gem.depth == 6 && is_word(gem.name) && !locked.packages.empty()) {
      locked.packages.back().depends.push_back(gem.name);
    }
  }
  if (!has_section) fail(ErrorKind::invalid, "{} is no lock file of Bundler", printable(what));
  relate_by_name(locked);
  return locked;
}

LockedPackages parse_gradle_lock(std::string_view text, std::string_view /*what*/) {
  LockedPackages locked;
  for (const std::string& raw : split(text, '\n')) {
    const std::string_view line = trim(raw);
    if (line.starts_with('#')) continue;
    const std::vector<std::string> parts =
        split(line.substr(0, std::min(line.find('='), line.size())), ':');
    if (parts.size() != 3 || !std::all_of(parts.begin(), parts.end(), is_word)) continue;
    locked.packages.push_back({.type = PackageType::maven,
                               .name_space = parts[0],
                               .name = parts[1],
                               .version = parts[2]});
  }
  return locked;
}

LockedPackages parse_mix_lock(std::string_view text, std::string_view what) {
  if (text.find("%{") == std::string_view::npos) {
    fail(ErrorKind::invalid, "{} is no lock file of Mix", printable(what));
  }
  LockedPackages locked;
  for (const std::string& raw : split(text, '\n')) {
    std::string_view rest = raw;
    const std::size_t source = rest.find("{:hex, :");
    if (source == std::string_view::npos) continue;
    rest.remove_prefix(source + 8);
    const std::string name(trim(rest.substr(0, rest.find(','))));
    const std::string version = take_quoted(rest);
    const std::string sha256 = take_quoted(rest);
    if (!is_word(name) || !is_word(version)) continue;
    Package package{.type = PackageType::hex, .name = name, .version = version};
    if (sha256.size() == 64 && is_hex(sha256)) package.hashes.push_back({"sha256", sha256});
    for (std::size_t at = 0; (at = rest.find("{:", at)) != std::string_view::npos; at += 2) {
      const std::string_view need = rest.substr(at + 2, rest.find(',', at) - at - 2);
      if (is_word(need)) package.depends.emplace_back(need);
    }
    locked.packages.push_back(std::move(package));
  }
  relate_by_name(locked);
  return locked;
}

}  // namespace lade::sbom
