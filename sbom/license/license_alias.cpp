// A name is looked up by a key that all its spellings share: small letters, words and numbers
// apart, without the words that say nothing ("the", "license", "version", "v") and without a ".0"
// at the end of a number. Ids, names and aliases are keyed the same way. The licences of GNU have
// too many spellings for a table and are read by their grammar: family, version, "or later".
#include "sbom/license/license_alias.h"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/license/license_alias_table.h"
#include "sbom/license/license_url.h"

namespace lade::sbom {
namespace {

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Words and numbers; "+" is a word of its own.
std::vector<std::string> key_words(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto finish = [&] {
    while (word.ends_with('.')) word.pop_back();
    while (word.ends_with(".0")) word.resize(word.size() - 2);
    constexpr std::string_view idle[] = {"the",     "license", "licence", "licenses", "licences",
                                         "version", "ver",     "v",       "licensed", "software"};
    const bool says_nothing = std::find(std::begin(idle), std::end(idle), word) != std::end(idle);
    if (!word.empty() && !says_nothing) words.push_back(word);
    word.clear();
  };
  for (const char c : to_lower(name)) {
    // R writes ">= 2" for "2 or later"
    if (c == '+' || c == '>') {
      finish();
      words.emplace_back("+");
    } else if (is_letter(c) || static_cast<unsigned char>(c) >= 0x80) {
      if (!word.empty() && (is_digit(word.back()) || word.back() == '.')) finish();
      word += c;
    } else if (is_digit(c)) {
      if (!word.empty() && is_letter(word.back())) {
        // "GPLv2"
        if (word.back() == 'v') word.pop_back();
        finish();
      }
      word += c;
    } else if (c == '.' && !word.empty() && is_digit(word.back())) {
      word += c;
    } else {
      finish();
    }
  }
  finish();
  return words;
}

std::string key_of(std::string_view name) { return join(key_words(name), " "); }

using AliasMap = std::unordered_map<std::string, std::string>;

AliasMap make_aliases() {
  AliasMap aliases;
  // what comes first counts, so what is deprecated gives way
  for (const bool deprecated : {false, true}) {
    for (const LicenseInfo& info : all_licenses()) {
      if (info.deprecated == deprecated) aliases.emplace(key_of(info.id), info.id);
    }
  }
  for (const LicenseAlias& alias : license_aliases()) {
    aliases.insert_or_assign(key_of(alias.name), std::string(alias.expression));
  }
  for (const LicenseInfo& info : all_licenses()) {
    if (!info.deprecated) aliases.emplace(key_of(info.name), info.id);
  }
  return aliases;
}

bool takes(std::vector<std::string>& words, std::initializer_list<std::string_view> wanted) {
  const auto at = std::search(words.begin(), words.end(), wanted.begin(), wanted.end());
  if (at == words.end()) return false;
  words.erase(at, at + static_cast<std::ptrdiff_t>(wanted.size()));
  return true;
}

bool takes_later(std::vector<std::string>& words) {
  bool later = false;
  for (const auto& wanted : std::initializer_list<std::initializer_list<std::string_view>>{
           {"or", "at", "your", "option", "any", "later"},
           {"or", "any", "later"},
           {"and", "later"},
           {"or", "later"},
           {"or", "newer"},
           {"or", "higher"},
           {"or", "greater"},
           {"or", "above"},
           {"any", "later"},
           {"+"}}) {
    later = takes(words, wanted) || later;
  }
  return later;
}

/// The licences of GNU, if all words of the name are of their grammar.
std::optional<SpdxExpression> find_gnu(std::vector<std::string> words) {
  const bool later = takes_later(words);
  const bool only = takes(words, {"only"});
  takes(words, {"gnu"});
  std::string family;
  takes(words, {"library", "or"});
  if (takes(words, {"affero", "general", "public"}) || takes(words, {"affero", "gpl"}) ||
      takes(words, {"agpl"})) {
    family = "AGPL";
  } else if (takes(words, {"lesser", "general", "public"}) || takes(words, {"lgpl"}) ||
             takes(words, {"library", "general", "public"}) || takes(words, {"lesser", "gpl"})) {
    family = "LGPL";
  } else if (takes(words, {"general", "public"}) || takes(words, {"gpl"})) {
    family = "GPL";
  } else if (takes(words, {"free", "documentation"}) || takes(words, {"gfdl"}) ||
             takes(words, {"fdl"})) {
    family = "GFDL";
  } else {
    return std::nullopt;
  }
  // "GNU General Public License v2 (GPLv2)", "GNU GPL 3"
  for (const std::string_view again : {"gnu", "agpl", "lgpl", "gpl", "gfdl", "fdl"})
    takes(words, {again});
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  if (words.empty() && later && family == "GPL") words.emplace_back("1");
  if (words.size() != 1 || (later && only)) return std::nullopt;
  const std::string number = words[0].find('.') == std::string::npos ? words[0] + ".0" : words[0];
  const std::string id = fmt::format("{}-{}-{}", family, number, later ? "or-later" : "only");
  if (find_license(id) == nullptr) return std::nullopt;
  return SpdxExpression::of({id, false, {}});
}

/// "X (Y)": what both stand for if they agree, or the one that is known.
std::optional<SpdxExpression> find_twice_named(std::string_view name) {
  const auto open = name.rfind('(');
  if (open == std::string_view::npos || open == 0 || !name.ends_with(')')) return std::nullopt;
  const std::string_view inner = name.substr(open + 1, name.size() - open - 2);
  const auto outer_found = find_license_alias(name.substr(0, open));
  const auto inner_found = find_license_alias(inner);
  if (outer_found && inner_found && !(*outer_found == *inner_found)) return std::nullopt;
  return inner_found ? inner_found : outer_found;
}

}  // namespace

std::optional<SpdxExpression> find_license_alias(std::string_view name) {
  constexpr std::size_t name_limit = 512;
  name = trim(name);
  if (name.empty() || name.size() > name_limit) return std::nullopt;
  if (const auto id = find_license_url(name)) return SpdxExpression::parse(*id);
  if (const auto colons = name.rfind("::"); colons != std::string_view::npos) {
    return find_license_alias(name.substr(colons + 2));
  }
  static const AliasMap aliases = make_aliases();
  const std::vector<std::string> words = key_words(name);
  if (const auto found = aliases.find(join(words, " ")); found != aliases.end()) {
    return SpdxExpression::parse(found->second);
  }
  if (auto gnu = find_gnu(words)) return gnu;
  return find_twice_named(name);
}

}  // namespace lade::sbom
