// Gem::Version: a version is the row of its runs of digits and runs of letters; a hyphen is
// ".pre.". Zeros before the first word and at the end count for nothing. Rows are compared one by
// one, a word before a number, and what is missing is 0; so a version with a word in it is a
// prerelease, before the one without.
#include <string>
#include <vector>

#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

using GemSegments = std::vector<std::string_view>;

void drop_zeros(GemSegments& segments) {
  while (!segments.empty() && is_digit(segments.back().front()) &&
         without_leading_zeros(segments.back()).empty()) {
    segments.pop_back();
  }
}

GemSegments gem_segments(std::string_view text) {
  GemSegments segments;
  bool has_word = false;
  const auto add_word = [&](std::string_view word) {
    if (!has_word) drop_zeros(segments);
    has_word = true;
    segments.push_back(word);
  };
  while (!text.empty()) {
    if (is_digit(text.front())) {
      segments.push_back(take_digits(text));
    } else if (is_alpha(text.front())) {
      add_word(take_while(text, is_alpha));
    } else {
      if (text.front() == '-') add_word("pre");
      text.remove_prefix(1);
    }
  }
  drop_zeros(segments);
  return segments;
}

std::weak_ordering compare_segment(std::string_view a, std::string_view b) {
  const bool number_a = is_digit(a.front());
  const bool number_b = is_digit(b.front());
  if (number_a != number_b) {
    return number_a ? std::weak_ordering::greater : std::weak_ordering::less;
  }
  return number_a ? compare_numbers(a, b) : std::weak_ordering(a <=> b);
}

std::weak_ordering compare_rubygems(std::string_view text_a, std::string_view text_b) {
  const GemSegments a = gem_segments(text_a);
  const GemSegments b = gem_segments(text_b);
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto order = compare_segment(i < a.size() ? a[i] : "0", i < b.size() ? b[i] : "0");
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

bool is_gem_version(std::string_view text) {
  const auto hyphen = text.find('-');
  const std::string_view release = text.substr(0, hyphen);
  return !release.empty() && is_digit(release.front()) && are_identifiers(release) &&
         is_number(release.substr(0, release.find('.'))) &&
         (hyphen == std::string_view::npos || are_identifiers(text.substr(hyphen + 1)));
}

}  // namespace

const VersionOrder rubygems_order{compare_rubygems, is_gem_version};

}  // namespace lade::sbom
