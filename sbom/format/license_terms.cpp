#include "sbom/format/license_terms.h"

#include <algorithm>
#include <utility>

#include "libimage/base/error.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {
namespace {

constexpr std::string_view ref_prefix = "LicenseRef-";

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

bool is_joint(char c) { return c == ' ' || c == '(' || c == ')'; }

/// Names, operators and parentheses of an expression.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (!is_joint(text[at])) {
      while (end < text.size() && !is_joint(text[end])) ++end;
    }
    if (text[at] != ' ') words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

bool is_operator(std::string_view word) { return word == "AND" || word == "OR" || word == "WITH"; }

bool is_license_name(std::string_view word) {
  if (word.starts_with("DocumentRef-")) {
    const std::size_t colon = word.find(':');
    if (colon == std::string_view::npos) return false;
    word.remove_prefix(colon + 1);
  }
  if (word.ends_with('+')) word.remove_suffix(1);
  return !word.empty() && std::all_of(word.begin(), word.end(), is_id_character);
}

bool has_word(std::string_view expression, std::string_view wanted) {
  const auto words = words_of(expression);
  return std::find(words.begin(), words.end(), wanted) != words.end();
}

/// SPDX 2 and CycloneDX have no names for additions of one's own.
SpdxExpression parse_known(const std::string& text) {
  return SpdxExpression::parse(text).without_additions();
}

/// All of them in the one form that equal expressions have; joined as they are if one is none that
/// the list knows.
std::string join_with_and(const std::vector<std::string>& expressions) {
  const bool is_plain =
      expressions.size() == 1 && expressions.front().find("AdditionRef-") == std::string::npos;
  if (expressions.empty() || is_plain) return expressions.empty() ? "" : expressions.front();
  try {
    std::vector<SpdxExpression> parts;
    for (const std::string& expression : expressions) parts.push_back(parse_known(expression));
    return SpdxExpression::all_of(std::move(parts)).normalized().str();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid) throw;
  }
  std::string joined;
  for (const std::string& expression : expressions) {
    if (!joined.empty()) joined += " AND ";
    joined += has_word(expression, "OR") ? "(" + expression + ")" : expression;
  }
  return joined;
}

}  // namespace

LicenseTerms license_terms(const Package& package) {
  std::vector<std::string> declared;
  std::vector<std::string> found;
  for (const LicenseClaim& claim : package.licenses) {
    std::vector<std::string>& list = claim.evidence == LicenseEvidence::declared ? declared : found;
    if (claim.expression.empty()) continue;
    if (std::find(list.begin(), list.end(), claim.expression) == list.end()) {
      list.push_back(claim.expression);
    }
  }
  return {join_with_and(declared), join_with_and(found.empty() ? declared : found)};
}

bool is_license_expression(std::string_view text) {
  int depth = 0;
  bool wants_name = true;
  for (const std::string_view word : words_of(text)) {
    if (word == "(") {
      if (!wants_name) return false;
      ++depth;
    } else if (word == ")") {
      if (wants_name || --depth < 0) return false;
    } else if (is_operator(word)) {
      if (wants_name) return false;
      wants_name = true;
    } else {
      if (!wants_name || !is_license_name(word)) return false;
      wants_name = false;
    }
  }
  return depth == 0 && !wants_name;
}

std::string expression_for(std::string_view text) {
  if (is_license_expression(text)) return std::string(text);
  std::string name;
  for (const char c : text) {
    if (is_id_character(c)) {
      name += c;
    } else if (!name.empty() && name.back() != '-') {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
  if (name.starts_with(ref_prefix)) return name;
  return std::string(ref_prefix) + (name.empty() ? "unnamed" : name);
}

std::vector<std::string> license_refs(std::string_view expression) {
  std::vector<std::string> refs;
  for (std::string_view word : words_of(expression)) {
    if (word.ends_with('+')) word.remove_suffix(1);
    if (word.starts_with(ref_prefix)) refs.emplace_back(word);
  }
  return refs;
}

}  // namespace lade::sbom
