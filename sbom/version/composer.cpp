// Composer orders normal forms by PHP's version_compare. The normal form has four numbers, those
// that are missing 0, then the stability (alpha, beta, RC, patch) with its numbers, then "dev", of
// which nothing is left where the stability is "stable"; "v" in front and build metadata go, and of
// the version of a branch (1.x-dev) what is open is as 9999999. version_compare reads runs of
// digits and runs of letters with anything between them, and compares pair by pair: numbers as
// such; words, and words with numbers, by rank: any unknown word, dev, alpha, beta, RC, a number,
// patch. What is missing is a number when the other side has a word, and before all numbers.
#include <array>
#include <utility>

#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

constexpr std::string_view open_number = "9999999";
constexpr std::size_t normal_numbers = 4;

bool equals_without_case(std::string_view a, std::string_view b) {
  return compare_without_case(a, b) == 0;
}

/// The last characters are "dev", whatever their case.
bool ends_in_dev(std::string_view text) {
  return text.size() >= 3 && equals_without_case(text.substr(text.size() - 3), "dev");
}

/// "beta" and "dev" of "betadev", one after the other.
std::string_view take_word(std::string_view& rest) {
  const std::string_view whole = rest;
  std::string_view word = take_while(rest, is_alpha);
  if (word.size() > 3 && ends_in_dev(word)) {
    word.remove_suffix(3);
    rest = whole.substr(word.size());
  }
  return word;
}

/// Runs of the normal form, one after another.
class ComposerRuns {
 public:
  explicit ComposerRuns(std::string_view text) : rest_(text.substr(0, text.find('+'))) {
    if (!rest_.empty() && lower(rest_.front()) == 'v') rest_.remove_prefix(1);
    is_branch_ = ends_in_dev(rest_);
    leads_ = !rest_.empty() && is_digit(rest_.front());
  }

  /// Nothing at the end.
  std::string_view next() {
    if (leads_ && numbers_ < normal_numbers) {
      ++numbers_;
      return next_number();
    }
    take_while(rest_, parts_runs);
    if (rest_.empty()) return {};
    if (is_digit(rest_.front())) return take_digits(rest_);
    if (take(rest_, '*')) return "x";
    const std::string_view word = take_word(rest_);
    if (!equals_without_case(word, "stable")) return word;
    rest_ = {};
    return {};
  }

 private:
  static bool parts_runs(char c) { return !is_alnum(c) && c != '*'; }

  /// Of the first four, whether they are there or not.
  std::string_view next_number() {
    std::string_view rest = rest_;
    take_while(rest, parts_runs);
    if (!rest.empty() && is_digit(rest.front())) {
      rest_ = rest;
      return take_digits(rest_);
    }
    if (is_branch_ && (take(rest, 'x') || take(rest, 'X') || take(rest, '*')) &&
        (rest.empty() || !is_alpha(rest.front()))) {
      rest_ = rest;
      open_ = true;
    }
    return open_ ? open_number : "0";
  }

  std::string_view rest_;
  std::size_t numbers_ = 0;
  bool leads_ = false;      ///< begins with a number
  bool is_branch_ = false;  ///< ends with "dev"
  bool open_ = false;       ///< an x was seen
};

constexpr int number_rank = 4;

/// As version_compare finds forms: by how a word begins.
int php_rank(std::string_view run) {
  if (run.empty() || is_digit(run.front())) return number_rank;
  constexpr std::array<std::pair<std::string_view, int>, 5> forms{
      {{"dev", 0}, {"a", 1}, {"b", 2}, {"rc", 3}, {"p", 5}}};
  for (const auto& [form, rank] : forms) {
    if (equals_without_case(run.substr(0, form.size()), form)) return rank;
  }
  return -1;
}

std::weak_ordering compare_composer(std::string_view text_a, std::string_view text_b) {
  ComposerRuns runs_a(text_a);
  ComposerRuns runs_b(text_b);
  while (true) {
    const std::string_view a = runs_a.next();
    const std::string_view b = runs_b.next();
    if (a.empty() && b.empty()) return std::weak_ordering::equivalent;
    const int rank_a = php_rank(a);
    const int rank_b = php_rank(b);
    if (rank_a != rank_b) return rank_a <=> rank_b;
    if (a.empty() || b.empty()) return b.empty() <=> a.empty();
    if (rank_a == number_rank) {
      const auto order = compare_numbers(a, b);
      if (order != 0) return order;
    }
  }
}

/// Takes the stability, its numbers, and "dev", each of which may be missing.
void take_stability(std::string_view& rest) {
  const auto parts = [](char c) { return c == '.' || c == '_' || c == '-'; };
  if (!rest.empty() && parts(rest.front())) rest.remove_prefix(1);
  const std::string_view begin = rest;
  const std::string_view word = take_word(rest);
  constexpr std::array<std::string_view, 9> words{"stable", "beta",  "b",  "rc", "alpha",
                                                  "a",      "patch", "pl", "p"};
  if (std::none_of(words.begin(), words.end(),
                   [&](std::string_view one) { return equals_without_case(one, word); })) {
    rest = begin;
  } else {
    for (std::string_view after = rest; !after.empty(); rest = after) {
      if (!take(after, '.')) take(after, '-');
      if (take_digits(after).empty()) break;
    }
  }
  if (equals_without_case(rest, "dev") || equals_without_case(rest, ".dev") ||
      equals_without_case(rest, "-dev")) {
    rest = {};
  }
}

bool is_composer_version(std::string_view text) {
  if (const auto plus = text.find('+'); plus != std::string_view::npos) {
    if (plus + 1 == text.size()) return false;
    text = text.substr(0, plus);
  }
  if (!text.empty() && lower(text.front()) == 'v') text.remove_prefix(1);
  bool open = false;
  for (std::size_t i = 0; i < normal_numbers; ++i) {
    std::string_view rest = text;
    if (i > 0 && !take(rest, '.')) break;
    const bool is_open = i > 0 && (take(rest, 'x') || take(rest, 'X') || take(rest, '*'));
    if (!is_open && (open || take_digits(rest).empty())) {
      if (i == 0) return false;
      break;
    }
    open = open || is_open;
    text = rest;
  }
  if (open) return equals_without_case(text, "-dev") || equals_without_case(text, ".dev");
  take_stability(text);
  return text.empty();
}

}  // namespace

const VersionOrder composer_order{compare_composer, is_composer_version};

}  // namespace lade::sbom
