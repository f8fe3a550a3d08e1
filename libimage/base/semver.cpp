// Every comparison becomes an interval. A version with parts left out stands for all that begin
// with it: [1.2.0, 1.3.0) for "1.2". `end` is compared by its three numbers alone, because a
// prerelease of the end (1.3.0-rc.1) is before it by precedence but of no use to who asked for 1.2.
#include "libimage/base/semver.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {
namespace {

bool is_identifier(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_wildcard(std::string_view text) { return text == "x" || text == "X" || text == "*"; }

bool precedes(const std::string& a, const std::string& b) {
  const bool numbers = is_number(a) && is_number(b);
  if (numbers && a.size() != b.size()) return a.size() < b.size();
  // numbers are before words
  if (is_number(a) != is_number(b)) return is_number(a);
  return a < b;
}

constexpr std::string_view operators = "=!<>~^";

bool is_operation(std::string_view text) {
  constexpr std::array<std::string_view, 12> known{
      "", "=", "!=", ">", "<", ">=", "=>", "<=", "=<", "~>", "~", "^"};
  return std::find(known.begin(), known.end(), text) != known.end();
}

/// The comparisons of a range; an operator that stands by itself belongs to what follows.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool joins = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(" \t,", at);
    if (start == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t,", start), text.size());
    const std::string_view word = text.substr(start, at - start);
    if (joins) {
      words.back() += word;
    } else {
      words.emplace_back(word);
    }
    joins = words.back().find_first_not_of(operators) == std::string::npos;
  }
  return words;
}

}  // namespace

/// A version of which the last parts may be missing.
struct VersionPart {
  Version version;
  std::size_t parts = 0;  ///< how many numbers it has

  static std::optional<VersionPart> find(std::string_view text, bool wildcards);
  /// The numbers that come after all that begin with the first `kept` of these.
  std::array<std::uint64_t, 3> after(std::size_t kept) const {
    std::array<std::uint64_t, 3> numbers{};
    std::copy_n(version.numbers.begin(), kept, numbers.begin());
    ++numbers[kept - 1];
    return numbers;
  }
};

std::optional<VersionPart> VersionPart::find(std::string_view text, bool wildcards) {
  if (text.starts_with('v')) text.remove_prefix(1);
  const auto plus = text.find('+');
  if (plus != std::string_view::npos) {
    for (const std::string& part : split(text.substr(plus + 1), '.')) {
      if (!is_identifier(part)) return std::nullopt;
    }
    text = text.substr(0, plus);
  }
  VersionPart partial;
  const auto dash = text.find('-');
  if (dash != std::string_view::npos) {
    partial.version.prerelease = split(text.substr(dash + 1), '.');
    if (!std::all_of(partial.version.prerelease.begin(), partial.version.prerelease.end(),
                     is_identifier)) {
      return std::nullopt;
    }
    text = text.substr(0, dash);
  }
  const std::vector<std::string> parts = split(text, '.');
  if (parts.size() > 3) return std::nullopt;
  bool open = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    open = open || (wildcards && is_wildcard(parts[i]));
    if (wildcards && is_wildcard(parts[i])) continue;
    const auto number = is_number(parts[i]) ? parse_int(parts[i]) : std::nullopt;
    if (!number) return std::nullopt;
    if (open) continue;
    partial.version.numbers[i] = static_cast<std::uint64_t>(*number);
    ++partial.parts;
  }
  return partial;
}

std::optional<Version> Version::find(std::string_view text) {
  auto partial = VersionPart::find(text, false);
  if (!partial) return std::nullopt;
  return std::move(partial->version);
}

bool Version::operator<(const Version& other) const {
  if (numbers != other.numbers) return numbers < other.numbers;
  // a version without is after all its prereleases
  if (prerelease.empty() || other.prerelease.empty()) {
    return !prerelease.empty() && other.prerelease.empty();
  }
  return std::lexicographical_compare(prerelease.begin(), prerelease.end(),
                                      other.prerelease.begin(), other.prerelease.end(), precedes);
}

bool VersionRange::Comparison::holds(const Version& version) const {
  if (!version.prerelease.empty() && !takes_prereleases) return false;
  const bool inside = (!least || !(version < *least)) && (!more_than || *more_than < version) &&
                      (!most || !(*most < version)) && (!less_than || version < *less_than) &&
                      (!end || version.numbers < *end);
  return inside != negated;
}

VersionRange::Comparison VersionRange::compare(std::string_view operation,
                                               const VersionPart& operand) {
  const Version& version = operand.version;
  const std::size_t parts = operand.parts;
  const bool whole = parts == 3;
  Comparison result{.negated = operation == "!=", .takes_prereleases = !version.prerelease.empty()};
  if (parts == 0) return result;
  if (operation == ">") {
    if (whole) {
      result.more_than = version;
    } else {
      result.least = Version{operand.after(parts)};
    }
  } else if (operation == ">=" || operation == "=>") {
    result.least = version;
  } else if (operation == "<") {
    result.less_than = version;
  } else if (operation == "<=" || operation == "=<") {
    if (whole) {
      result.most = version;
    } else {
      result.end = operand.after(parts);
    }
  } else if (operation == "~" || operation == "~>") {
    result.least = version;
    result.end = operand.after(std::min<std::size_t>(parts, 2));
  } else if (operation == "^") {
    result.least = version;
    // up to the first number that is not 0
    std::size_t kept = 1;
    while (kept < parts && version.numbers[kept - 1] == 0) ++kept;
    result.end = operand.after(kept);
  } else {
    result.least = version;
    if (whole) {
      result.most = version;
    } else {
      result.end = operand.after(parts);
    }
  }
  return result;
}

std::vector<VersionRange::Comparison> VersionRange::parse_all(std::string_view text,
                                                              std::string_view whole) {
  std::vector<Comparison> all;
  const auto add = [&](std::string_view word) {
    const std::size_t start = std::min(word.find_first_not_of(operators), word.size());
    const std::string_view operation = word.substr(0, start);
    const auto operand = VersionPart::find(word.substr(start), true);
    if (!operand || !is_operation(operation)) {
      fail(ErrorKind::invalid,
           "\"{}\" is no range of versions: wanted such as \">=1.2 <2\" or \"^1.4\"",
           printable(whole));
    }
    all.push_back(compare(operation, *operand));
  };
  const std::vector<std::string> words = words_of(text);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool begins_pair = i + 2 < words.size() && words[i + 1] == "-";
    add(begins_pair ? ">=" + words[i] : words[i]);
    if (!begins_pair) continue;
    add("<=" + words[i + 2]);
    i += 2;
  }
  if (all.empty()) add("");
  return all;
}

VersionRange VersionRange::parse(std::string_view text) {
  VersionRange range;
  std::string_view rest = text;
  while (true) {
    const auto bars = rest.find("||");
    range.alternatives_.push_back(parse_all(rest.substr(0, bars), text));
    if (bars == std::string_view::npos) return range;
    rest.remove_prefix(bars + 2);
  }
}

bool VersionRange::contains(const Version& version) const {
  return std::any_of(alternatives_.begin(), alternatives_.end(), [&](const auto& all) {
    return std::all_of(all.begin(), all.end(),
                       [&](const Comparison& one) { return one.holds(version); });
  });
}

bool VersionRange::contains(std::string_view text) const {
  const auto version = Version::find(text);
  return version && contains(*version);
}

}  // namespace lade
