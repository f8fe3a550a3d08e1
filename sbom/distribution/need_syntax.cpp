#include <algorithm>
#include <array>

#include "libimage/base/text.h"
#include "sbom/distribution/dependency_graph.h"

// What package managers write where a package says what it needs. All of them put a version behind
// the name, which is left out here; they differ in how the name ends and in how needs are joined.
namespace lade::sbom {
namespace {

std::string_view until(std::string_view text, std::string_view ends) {
  return text.substr(0, text.find_first_of(ends));
}

std::vector<Need> needs_of_dpkg(std::string_view written) {
  Need need;
  while (true) {
    const std::size_t bar = written.find('|');
    const std::string_view one = trim(written.substr(0, bar));
    NeedTerm term{.name = until(one, " \t\n(["), .architecture = {}};
    const std::size_t colon = term.name.find(':');
    if (colon != std::string_view::npos) {
      term.architecture = term.name.substr(colon + 1);
      term.name = term.name.substr(0, colon);
    }
    if (!term.name.empty()) need.push_back(term);
    if (bar == std::string_view::npos) break;
    written.remove_prefix(bar + 1);
  }
  if (need.empty()) return {};
  return {std::move(need)};
}

std::string_view provided_of_dpkg(std::string_view written) {
  return until(trim(written), " \t\n([:");
}

std::string_view name_of_apk(std::string_view written) {
  // "name@repository", but a file's path or a soname may hold an "@"
  const std::string_view name = until(written, "<>=~");
  return name.starts_with('/') ? name : until(name, "@");
}

std::vector<Need> needs_of_apk(std::string_view written) {
  const std::string_view name = name_of_apk(written);
  if (name.empty() || name.starts_with('!')) return {};
  return {{{.name = name, .architecture = {}}}};
}

/// Takes the next word of a boolean need off `text`. Parentheses inside of a word belong to it
/// ("libc.so.6()(64bit)"), those around words are words.
std::string_view take_word(std::string_view& text) {
  text = text.substr(std::min(text.find_first_not_of(" \t"), text.size()));
  if (text.empty()) return {};
  std::size_t end = 1;
  if (text.front() != '(' && text.front() != ')') {
    for (int depth = 0; end < text.size() && text[end] != ' '; ++end) {
      if (text[end] == '(') ++depth;
      if (text[end] == ')' && --depth < 0) break;
    }
  }
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

/// rpm's dependency manual, "Boolean dependencies". What stands behind "if", "unless" and "without"
/// is a condition and nothing that is needed.
std::vector<Need> needs_of_boolean(std::string_view text) {
  constexpr std::array<std::string_view, 5> comparisons{"=", "<", ">", "<=", ">="};
  std::vector<Need> needs;
  bool is_alternative = false;
  bool is_version = false;
  while (true) {
    const std::string_view word = take_word(text);
    if (word.empty() || word == "if" || word == "unless" || word == "without") return needs;
    if (word == "(" || word == ")") continue;
    if (word == "or") {
      is_alternative = true;
    } else if (word == "and" || word == "with") {
      is_alternative = false;
    } else if (std::find(comparisons.begin(), comparisons.end(), word) != comparisons.end()) {
      is_version = true;
      continue;
    } else if (!is_version) {
      const NeedTerm term{.name = word, .architecture = {}};
      if (is_alternative && !needs.empty()) {
        needs.back().push_back(term);
      } else {
        needs.push_back({term});
      }
    }
    is_version = false;
  }
}

std::string_view provided_of_rpm(std::string_view written) { return until(written, " "); }

std::vector<Need> needs_of_rpm(std::string_view written) {
  if (written.starts_with('(')) return needs_of_boolean(written);
  const std::string_view name = provided_of_rpm(written);
  if (name.empty()) return {};
  return {{{.name = name, .architecture = {}}}};
}

}  // namespace

NeedSyntax dpkg_needs() { return {needs_of_dpkg, provided_of_dpkg}; }
NeedSyntax apk_needs() { return {needs_of_apk, name_of_apk}; }
NeedSyntax rpm_needs() { return {needs_of_rpm, provided_of_rpm}; }

}  // namespace lade::sbom
