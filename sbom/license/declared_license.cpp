// People write fields as they like, so the whole is tried before its parts: as an expression, then
// as a name, and only then is it split, at "," first, at "or", at "and" last. Thus "GPL v2 or
// later" and "Historical Permission Notice and Disclaimer" stay whole. Splitting goes no deeper
// than 32 and ends in names, each of which is found or becomes a LicenseRef-.
#include "sbom/license/declared_license.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/license/license_alias.h"
#include "sbom/license/license_ref.h"
#include "sbom/license/license_text.h"

namespace lade::sbom {
namespace {

constexpr int declared_depth_limit = 32;
constexpr std::size_t declared_part_limit = 256;
/// What is longer, or has lines, is rather a licence's text than its name.
constexpr std::size_t name_limit_bytes = 300;

constexpr std::pair<std::string_view, std::string_view> exception_names[] = {
    {"autoconf", "Autoconf-exception-generic"},
    {"bison", "Bison-exception-2.2"},
    {"classpath", "Classpath-exception-2.0"},
    {"gnu classpath", "Classpath-exception-2.0"},
    {"font", "Font-exception-2.0"},
    {"gcc runtime library", "GCC-exception-3.1"},
    {"libtool", "Libtool-exception"},
    {"llvm", "LLVM-exception"},
    {"openssl", "AdditionRef-OpenSSL-exception"},
    {"texinfo", "Texinfo-exception"},
    {"wxwindows", "WxWindows-exception-3.1"},
};

bool starts_word(std::string_view text, std::size_t at, std::string_view word) {
  if (text.substr(at, word.size()) != word) return false;
  const bool before = at == 0 || text[at - 1] == ' ' || text[at - 1] == ')' || text[at - 1] == ',';
  const std::size_t end = at + word.size();
  return before && (end == text.size() || text[end] == ' ' || text[end] == '(');
}

/// "or later" joins nothing.
bool is_later_clause(std::string_view rest) {
  constexpr std::string_view later[] = {"later", "newer",   "any later",      "higher",
                                        "above", "greater", "at your option", "(at your option)"};
  rest = trim(rest);
  return std::any_of(std::begin(later), std::end(later),
                     [&](std::string_view words) { return rest.starts_with(words); });
}

/// What joins two licences, from the loosest.
enum class Joint { comma, either, both };

/// Length of the joint at `at`, 0 if there is none.
std::size_t joint_length(std::string_view lower, std::size_t at, Joint joint) {
  const char c = lower[at];
  switch (joint) {
    case Joint::comma:
      return c == ',' || c == ';' ? 1 : 0;
    case Joint::either:
      if (c == '/' || c == '|') return 1;
      return starts_word(lower, at, "or") && !is_later_clause(lower.substr(at + 2)) ? 2 : 0;
    case Joint::both:
      break;
  }
  if (c == '&') return 1;
  return starts_word(lower, at, "and") && !is_later_clause(lower.substr(at + 3)) ? 3 : 0;
}

/// The parts between joints outside of parentheses.
std::vector<std::string_view> split_at(std::string_view text, Joint joint) {
  const std::string lower = to_lower(text);
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')') --depth;
    const std::size_t length = depth > 0 ? 0 : joint_length(lower, at, joint);
    if (length == 0) continue;
    // "Apache License, Version 2.0" is one
    const std::string_view rest = trim(std::string_view(lower).substr(at + length));
    if (joint == Joint::comma && (rest.starts_with("version") || rest.starts_with("v."))) continue;
    parts.push_back(trim(text.substr(begin, at - begin)));
    at += length - 1;
    begin = at + 1;
  }
  parts.push_back(trim(text.substr(begin)));
  std::erase_if(parts, [](std::string_view part) { return part.empty(); });
  return parts;
}

/// Whether the parenthesis that opens `text` closes it.
bool is_wrapped(std::string_view text) {
  if (!text.starts_with('(') || !text.ends_with(')')) return false;
  int depth = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at + 1 == text.size();
  }
  return false;
}

class DeclaredReader {
 public:
  SpdxExpression read(std::string_view text, int depth) {
    text = trim(text);
    if (auto whole = find_whole(text)) return std::move(*whole);
    if (depth >= declared_depth_limit || parts_ >= declared_part_limit) return unknown(text);
    if (is_wrapped(text)) return read(text.substr(1, text.size() - 2), depth + 1);
    for (const Joint joint : {Joint::comma, Joint::either, Joint::both}) {
      const auto parts = split_at(text, joint);
      if (parts.size() > 1) return joined(parts, joint, depth);
    }
    if (auto excepted = find_excepted(text)) return std::move(*excepted);
    if (auto listed = find_listed(text)) return std::move(*listed);
    return unknown(text);
  }

 private:
  static SpdxExpression unknown(std::string_view text) {
    return SpdxExpression::of({license_ref(text), false, {}});
  }

  static std::optional<SpdxExpression> find_whole(std::string_view text) {
    if (auto alias = find_license_alias(text)) return alias;
    try {
      return SpdxExpression::parse(text);
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  SpdxExpression joined(const std::vector<std::string_view>& texts, Joint joint, int depth) {
    std::vector<SpdxExpression> parts;
    // "A, B or C" lists a choice: one word says what all the commas mean; ", and" is the usual
    const std::string last = to_lower(texts.back());
    const bool choice =
        joint == Joint::either || (joint == Joint::comma && starts_word(last, 0, "or"));
    for (std::string_view text : texts) {
      if (++parts_ > declared_part_limit) break;
      const std::string lower = to_lower(text);
      if (joint == Joint::comma && starts_word(lower, 0, "and")) text.remove_prefix(3);
      if (joint == Joint::comma && starts_word(lower, 0, "or")) text.remove_prefix(2);
      if (!trim(text).empty()) parts.push_back(read(text, depth + 1));
    }
    if (parts.empty()) return unknown(texts.front());
    return choice ? SpdxExpression::any_of(std::move(parts))
                  : SpdxExpression::all_of(std::move(parts));
  }

  /// "GPL-2+ with OpenSSL exception"
  static std::optional<SpdxExpression> find_excepted(std::string_view text) {
    const std::string lower = to_lower(text);
    std::size_t at = lower.find(" with ");
    std::size_t length = 6;
    if (at == std::string::npos) {
      at = lower.find("-with-");
      if (at == std::string::npos) return std::nullopt;
    }
    const auto base = find_license_alias(text.substr(0, at));
    if (!base || base->licenses().size() != 1) return std::nullopt;
    SpdxLicense license = base->licenses().front();
    if (!license.exception.empty() || license.is_reference()) return std::nullopt;
    license.exception = exception_named(text.substr(at + length));
    return SpdxExpression::of(std::move(license));
  }

  static std::string exception_named(std::string_view name) {
    if (const ExceptionInfo* const info = find_exception(trim(name))) return std::string(info->id);
    std::string key = to_lower(trim(name));
    for (const std::string_view article : {"the ", "a ", "an "}) {
      if (key.starts_with(article)) key.erase(0, article.size());
    }
    for (const std::string_view ending : {" exception", "-exception", " exceptions"}) {
      if (key.ends_with(ending)) key.resize(key.size() - ending.size());
    }
    if (const ExceptionInfo* const info = find_exception(key)) return std::string(info->id);
    for (const auto& [known, id] : exception_names) {
      if (key == known) return std::string(id);
    }
    return addition_ref(name);
  }

  /// "MIT BSD-3-Clause", as old packages of Alpine have it: all of them.
  static std::optional<SpdxExpression> find_listed(std::string_view text) {
    std::vector<SpdxExpression> parts;
    for (const std::string& word : split(text, ' ')) {
      if (word.empty()) continue;
      auto part = find_whole(word);
      if (!part || parts.size() >= declared_part_limit) return std::nullopt;
      parts.push_back(std::move(*part));
    }
    if (parts.size() < 2) return std::nullopt;
    return SpdxExpression::all_of(std::move(parts));
  }

  std::size_t parts_ = 0;
};

bool says_nothing(std::string_view text) {
  constexpr std::string_view nothing[] = {"",     "unknown", "noassertion", "none", "n/a",
                                          "null", "tbd",     "other",       "-",    "?"};
  const std::string lower = to_lower(text);
  return std::find(std::begin(nothing), std::end(nothing), lower) != std::end(nothing);
}

SpdxExpression read_whole_text(std::string_view text) {
  if (auto expression = read_license_text(text).expression()) return std::move(*expression);
  return SpdxExpression::of({license_ref_of_text(text), false, {}});
}

}  // namespace

std::optional<DeclaredLicense> read_declared_license(std::string_view text) {
  text = trim(text);
  while (text.size() >= 2 && text.front() == text.back() &&
         (text.front() == '"' || text.front() == '\'')) {
    text = trim(text.substr(1, text.size() - 2));
  }
  // a classifier of Python
  if (text.starts_with("License ::")) text = trim(text.substr(text.rfind("::") + 2));
  if (says_nothing(text) || text == "OSI Approved") return std::nullopt;
  const bool is_text = text.size() > name_limit_bytes || text.find('\n') != std::string_view::npos;
  std::optional<SpdxExpression> expression;
  if (is_text && text.size() <= SpdxExpression::text_limit_bytes) {
    try {
      expression = SpdxExpression::parse(text);
    } catch (const Error&) {
      expression.reset();
    }
  }
  if (!expression) {
    expression = is_text ? read_whole_text(text) : DeclaredReader().read(text, 0);
  }
  const std::vector<SpdxLicense> licenses = expression->licenses();
  const bool known = std::none_of(licenses.begin(), licenses.end(), [](const SpdxLicense& license) {
    return license.is_reference() || license.exception.find("AdditionRef-") == 0;
  });
  return DeclaredLicense{expression->normalized(), known};
}

}  // namespace lade::sbom
