#include "sbom/binary/go_modules.h"

#include <algorithm>

#include "libimage/base/text.h"

// Lines of a word, a tab and the fields of that word, separated by tabs:
//   path    import path of the main package
//   mod     path, version, sum of the main module
//   dep     the same of another
//   =>      the same of what replaces the line before
//   build   key=value, each quoted if it holds what would be misread
namespace lade::sbom {
namespace {

GoModule module_of(const std::vector<std::string>& fields) {
  const auto field = [&](std::size_t i) { return i < fields.size() ? fields[i] : std::string{}; };
  return {field(1), field(2), field(3)};
}

/// Where the key ends: at the first "=" that is not quoted.
std::size_t find_equals(std::string_view text) {
  if (!text.starts_with('"')) return text.find('=');
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return text.find('=', i);
    }
  }
  return std::string_view::npos;
}

char escaped(char letter) {
  switch (letter) {
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    default:
      return letter;
  }
}

void read_line(const std::string& line, GoModules& modules, GoDependency*& last) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string::npos) return;
  const std::string_view word = std::string_view(line).substr(0, tab);
  const std::string_view rest = std::string_view(line).substr(tab + 1);
  if (word == "path") {
    modules.path = rest;
  } else if (word == "mod") {
    modules.main = GoDependency{.module = module_of(split(line, '\t'))};
    last = &*modules.main;
  } else if (word == "dep") {
    modules.dependencies.push_back({.module = module_of(split(line, '\t'))});
    last = &modules.dependencies.back();
  } else if (word == "=>" && last != nullptr) {
    last->replacement = module_of(split(line, '\t'));
  } else if (word == "build") {
    const std::size_t equals = find_equals(rest);
    if (equals == std::string_view::npos) return;
    modules.settings.emplace_back(unquote_go(rest.substr(0, equals)),
                                  unquote_go(rest.substr(equals + 1)));
  }
}

}  // namespace

std::string_view GoModules::setting(std::string_view key) const {
  const auto found = std::find_if(settings.begin(), settings.end(),
                                  [&](const auto& setting) { return setting.first == key; });
  return found == settings.end() ? std::string_view{} : std::string_view(found->second);
}

std::string unquote_go(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back();
  if (quoted && text.front() == '`') return std::string(text.substr(1, text.size() - 2));
  if (!quoted || text.front() != '"') return std::string(text);
  std::string value;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 2 < text.size();
    value += escape ? escaped(text[++i]) : text[i];
  }
  return value;
}

GoModules parse_go_modules(std::string_view text) {
  GoModules modules;
  GoDependency* last = nullptr;
  for (const std::string& line : split(text, '\n')) read_line(line, modules, last);
  return modules;
}

}  // namespace lade::sbom
