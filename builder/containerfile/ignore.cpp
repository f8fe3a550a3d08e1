#include "builder/containerfile/ignore.h"

#include <fmt/format.h>

#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::containerfile {

std::string clean_path(std::string_view path) {
  const bool absolute = path.starts_with('/');
  std::vector<std::string> kept;
  for (std::string& part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(std::move(part));
    } else if (!kept.empty() && kept.back() != "..") {
      kept.pop_back();
    } else if (!absolute) {
      kept.push_back(std::move(part));
    }
  }
  const std::string joined = join(kept, "/");
  if (absolute) return "/" + joined;
  return joined.empty() ? "." : joined;
}

void IgnoreRules::add(std::string_view line, std::size_t number) {
  std::string_view text = trim_spaces(line);
  if (text.empty()) return;
  const bool negated = text.starts_with('!');
  if (negated) text = trim_spaces(text.substr(1));
  if (text.empty()) fail(ErrorKind::invalid, "\"!\" needs a pattern");
  std::string pattern = clean_path(text);
  if (pattern.size() > 1 && pattern.front() == '/') pattern.erase(0, 1);
  // "." names the context itself, which cannot be left out
  if (pattern == "." || pattern == "/") return;
  rules_.push_back(
      {PathPattern::ignore(pattern), negated, {number, std::string(trim_spaces(line))}});
}

IgnoreRules IgnoreRules::parse(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  IgnoreRules rules;
  std::size_t number = 0;
  for (const std::string& line : split(text, '\n')) {
    ++number;
    if (line.starts_with('#')) continue;
    try {
      rules.add(line, number);
    } catch (Error& error) {
      error.add_context(fmt::format("line {} of the ignore file", number));
      throw;
    }
  }
  return rules;
}

IgnoreRules IgnoreRules::of(const std::vector<std::string>& patterns) {
  IgnoreRules rules;
  std::size_t number = 0;
  for (const std::string& pattern : patterns) rules.add(pattern, ++number);
  return rules;
}

const IgnoreRules::Rule* IgnoreRules::decide(std::string_view path) const {
  const Rule* excluding = nullptr;
  if (path.empty()) return nullptr;  // the context itself
  for (const Rule& rule : rules_) {
    // a rule that would change nothing need not be asked
    if (rule.negated != (excluding != nullptr)) continue;
    for (std::size_t end = 0; end != std::string_view::npos;) {
      end = path.find('/', end + 1);
      if (!rule.pattern.matches(path.substr(0, end))) continue;
      excluding = rule.negated ? nullptr : &rule;
      break;
    }
  }
  return excluding;
}

bool IgnoreRules::excludes(std::string_view path) const { return decide(path) != nullptr; }

std::optional<IgnoreRules::Line> IgnoreRules::find_excluding(std::string_view path) const {
  const Rule* rule = decide(path);
  if (rule == nullptr) return std::nullopt;
  return rule->line;
}

bool IgnoreRules::excludes_all_below(std::string_view directory) const {
  if (!excludes(directory)) return false;
  for (const Rule& rule : rules_) {
    if (rule.negated && rule.pattern.could_match_below(directory)) return false;
  }
  return true;
}

std::optional<std::string> find_ignore_file(
    std::string_view containerfile, const std::function<bool(const std::string& path)>& exists) {
  const std::string name(containerfile);
  for (const std::string& candidate :
       {name + ".containerignore", name + ".dockerignore", std::string(".containerignore"),
        std::string(".dockerignore")}) {
    if (exists(candidate)) return candidate;
  }
  return std::nullopt;
}

}  // namespace lade::containerfile
