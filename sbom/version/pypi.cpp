// PEP 440: [N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local], in any of the spellings it lets pass ("v"
// in front, case, other words and separators, "-N" for a post release). Compared by epoch; release,
// zeros at its end left out; prerelease, of which a bare .dev is the earliest and none at all the
// latest; post release; development release, none at all being the latest; local version, part by
// part, numbers after words, and none at all the earliest. What is none (older tools sorted such
// "legacy" versions) is before all that are.
#include <array>
#include <optional>
#include <utility>

#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

/// A word and its number; a missing number is 0.
struct PypiPhase {
  int rank = 0;
  std::string_view number{};
};

struct PypiVersion {
  std::string_view epoch{};
  std::string_view release{};
  std::optional<PypiPhase> pre{};
  std::optional<PypiPhase> post{};
  std::optional<PypiPhase> dev{};
  std::string_view local{};
};

// longer words before those that they begin with
constexpr std::array<std::pair<std::string_view, int>, 8> pre_words{{{"alpha", 0},
                                                                     {"a", 0},
                                                                     {"beta", 1},
                                                                     {"b", 1},
                                                                     {"preview", 2},
                                                                     {"pre", 2},
                                                                     {"rc", 2},
                                                                     {"c", 2}}};
constexpr std::array<std::pair<std::string_view, int>, 3> post_words{
    {{"post", 0}, {"rev", 0}, {"r", 0}}};
constexpr std::array<std::pair<std::string_view, int>, 1> dev_words{{{"dev", 0}}};

bool parts_pypi(char c) { return c == '.' || c == '-' || c == '_'; }

/// `.word.N`, the separators and the number being optional.
template <std::size_t size>
std::optional<PypiPhase> take_phase(
    std::string_view& rest, const std::array<std::pair<std::string_view, int>, size>& words) {
  std::string_view after = rest;
  if (!after.empty() && parts_pypi(after.front())) after.remove_prefix(1);
  for (const auto& [word, rank] : words) {
    if (compare_without_case(after.substr(0, word.size()), word) != 0) continue;
    after.remove_prefix(word.size());
    if (!after.empty() && parts_pypi(after.front())) after.remove_prefix(1);
    const std::string_view number = take_digits(after);
    rest = after;
    return PypiPhase{rank, number};
  }
  return std::nullopt;
}

std::optional<PypiPhase> take_post(std::string_view& rest) {
  std::string_view after = rest;
  if (take(after, '-')) {
    if (const std::string_view number = take_digits(after); !number.empty()) {
      rest = after;
      return PypiPhase{0, number};
    }
  }
  return take_phase(rest, post_words);
}

/// Numbers between dots; a dot that no number follows is left.
std::string_view take_release(std::string_view& rest) {
  std::string_view after = rest;
  take_digits(after);
  while (after.size() > 1 && after[0] == '.' && is_digit(after[1])) {
    after.remove_prefix(1);
    take_digits(after);
  }
  const std::string_view release = rest.substr(0, rest.size() - after.size());
  rest = after;
  return release;
}

bool is_pypi_local(std::string_view text) {
  return !text.empty() && is_alnum(text.front()) && is_alnum(text.back()) &&
         std::adjacent_find(text.begin(), text.end(),
                            [](char a, char b) { return parts_pypi(a) && parts_pypi(b); }) ==
             text.end() &&
         all_of(text, [](char c) { return is_alnum(c) || parts_pypi(c); });
}

std::optional<PypiVersion> find_pypi(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  take_while(text, is_blank);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  if (!take(text, 'v')) take(text, 'V');
  PypiVersion version;
  std::string_view rest = text;
  version.epoch = take_digits(rest);
  if (version.epoch.empty() || !take(rest, '!')) {
    version.epoch = {};
    rest = text;
  }
  version.release = take_release(rest);
  if (version.release.empty() || !is_digit(version.release.front())) return std::nullopt;
  version.pre = take_phase(rest, pre_words);
  version.post = take_post(rest);
  version.dev = take_phase(rest, dev_words);
  if (take(rest, '+')) {
    if (!is_pypi_local(rest)) return std::nullopt;
    version.local = std::exchange(rest, {});
  }
  if (!rest.empty()) return std::nullopt;
  return version;
}

std::weak_ordering compare_release(std::string_view a, std::string_view b) {
  while (!a.empty() || !b.empty()) {
    const auto order = compare_numbers(take_part(a, "."), take_part(b, "."));
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

std::weak_ordering compare_local(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view part_a = take_part(a, ".-_");
    const std::string_view part_b = take_part(b, ".-_");
    const bool number_a = is_number(part_a);
    const bool number_b = is_number(part_b);
    if (number_a != number_b) return number_a <=> number_b;
    const auto order =
        number_a ? compare_numbers(part_a, part_b) : compare_without_case(part_a, part_b);
    if (order != 0) return order;
  }
  return b.empty() <=> a.empty();
}

/// The ranks of none at all are given.
std::weak_ordering compare_phases(const std::optional<PypiPhase>& a,
                                  const std::optional<PypiPhase>& b, int missing_a, int missing_b) {
  const int rank_a = a ? a->rank : missing_a;
  const int rank_b = b ? b->rank : missing_b;
  if (rank_a != rank_b) return rank_a <=> rank_b;
  return compare_numbers(a ? a->number : "", b ? b->number : "");
}

constexpr int before_all = -1;
constexpr int after_all = 3;

/// A development release of nothing else is before all prereleases.
int missing_pre(const PypiVersion& version) {
  return version.dev && !version.post ? before_all : after_all;
}

std::weak_ordering compare_pypi_versions(const PypiVersion& a, const PypiVersion& b) {
  const auto epochs = compare_numbers(a.epoch, b.epoch);
  if (epochs != 0) return epochs;
  const auto releases = compare_release(a.release, b.release);
  if (releases != 0) return releases;
  const auto pre = compare_phases(a.pre, b.pre, missing_pre(a), missing_pre(b));
  if (pre != 0) return pre;
  const auto post = compare_phases(a.post, b.post, before_all, before_all);
  if (post != 0) return post;
  const auto dev = compare_phases(a.dev, b.dev, after_all, after_all);
  return dev != 0 ? dev : compare_local(a.local, b.local);
}

std::weak_ordering compare_pypi(std::string_view a, std::string_view b) {
  return compare_parsed(find_pypi(a), find_pypi(b), a, b, compare_pypi_versions);
}

bool is_pypi_version(std::string_view text) { return find_pypi(text).has_value(); }

}  // namespace

const VersionOrder pypi_order{compare_pypi, is_pypi_version};

}  // namespace lade::sbom
