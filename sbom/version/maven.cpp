// The Maven version order (maven.apache.org/pom.html#version-order-specification). A version is a
// row of tokens, each with the separator before it, where a change between digits and other
// characters is a hyphen and nothing between two separators is 0. Tokens that say nothing (0, "",
// final, ga, release) are dropped at the end, and before each hyphen that is left. Rows are
// compared token by token, the shorter one filled up with 0 where the other has a number behind a
// dot, with "" elsewhere: by kind, ".word" before "-word" before "-number" before ".number";
// numbers as such; words without case, alpha (a before a digit), beta (b), milestone (m), rc (cr),
// snapshot, nothing, and sp in that order and before all others.
//
// As Maven has it, this is not quite an order: 1.x is before 1.0.alpha, that before 1, and 1
// before 1.x.
//
// The specification is that of Maven up to 3.8, which its repositories were filled by; later
// editions take the separator before a word for nothing.
#include <array>
#include <utility>
#include <vector>

#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

enum class MavenKind { dotted_word, dashed_word, dashed_number, dotted_number };

struct MavenToken {
  bool dashed = false;
  std::string_view text{};  ///< digits or a word; nothing is a word
  bool before_digit = false;

  bool is_number() const { return !text.empty() && is_digit(text.front()); }
  MavenKind kind() const {
    if (is_number()) return dashed ? MavenKind::dashed_number : MavenKind::dotted_number;
    return dashed ? MavenKind::dashed_word : MavenKind::dotted_word;
  }
};

constexpr int nothing_rank = 5;
constexpr int unknown_rank = 7;

int maven_rank(const MavenToken& word) {
  constexpr std::array<std::pair<std::string_view, int>, 11> ranks{{{"alpha", 0},
                                                                    {"beta", 1},
                                                                    {"milestone", 2},
                                                                    {"rc", 3},
                                                                    {"cr", 3},
                                                                    {"snapshot", 4},
                                                                    {"", nothing_rank},
                                                                    {"final", nothing_rank},
                                                                    {"ga", nothing_rank},
                                                                    {"release", nothing_rank},
                                                                    {"sp", 6}}};
  if (word.before_digit && word.text.size() == 1) {
    const auto short_rank = std::string_view("abm").find(lower(word.text.front()));
    if (short_rank != std::string_view::npos) return static_cast<int>(short_rank);
  }
  for (const auto& [name, rank] : ranks) {
    if (compare_without_case(word.text, name) == 0) return rank;
  }
  return unknown_rank;
}

bool says_nothing(const MavenToken& token) {
  return token.is_number() ? without_leading_zeros(token.text).empty()
                           : maven_rank(token) == nothing_rank;
}

std::vector<MavenToken> maven_tokens(std::string_view rest) {
  const auto goes_on = [](char c) { return !is_digit(c) && c != '.' && c != '-'; };
  std::vector<MavenToken> tokens;
  bool dashed = false;
  while (true) {
    MavenToken token{.dashed = dashed};
    token.text = take_digits(rest);
    if (token.text.empty()) token.text = take_while(rest, goes_on);
    const bool changes = !rest.empty() && rest.front() != '.' && rest.front() != '-';
    token.before_digit = changes && is_digit(rest.front());
    if (token.text.empty()) token.text = "0";
    tokens.push_back(token);
    if (rest.empty()) return tokens;
    dashed = rest.front() != '.';
    if (!changes) rest.remove_prefix(1);
  }
}

/// Without what says nothing.
std::vector<MavenToken> trimmed_maven_tokens(std::string_view text) {
  std::vector<MavenToken> tokens = maven_tokens(text);
  std::vector<MavenToken> kept;
  bool trims = true;
  for (auto token = tokens.rbegin(); token != tokens.rend(); ++token) {
    if (trims && says_nothing(*token)) continue;
    kept.push_back(*token);
    trims = token->dashed;
  }
  std::reverse(kept.begin(), kept.end());
  return kept;
}

std::weak_ordering compare_maven_tokens(const MavenToken& a, const MavenToken& b) {
  if (a.kind() != b.kind()) return a.kind() <=> b.kind();
  if (a.is_number()) return compare_numbers(a.text, b.text);
  const int rank_a = maven_rank(a);
  const int rank_b = maven_rank(b);
  if (rank_a != rank_b || rank_a != unknown_rank) return rank_a <=> rank_b;
  return compare_without_case(a.text, b.text);
}

std::weak_ordering compare_maven(std::string_view text_a, std::string_view text_b) {
  const auto a = trimmed_maven_tokens(text_a);
  const auto b = trimmed_maven_tokens(text_b);
  constexpr auto dotted_number = MavenKind::dotted_number;
  const auto filler = [](const MavenToken& other) {
    return MavenToken{.dashed = other.dashed, .text = other.kind() == dotted_number ? "0" : ""};
  };
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const auto order = compare_maven_tokens(i < a.size() ? a[i] : filler(b[i]),
                                            i < b.size() ? b[i] : filler(a[i]));
    if (order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

/// Maven takes anything for a version; what has no digit names a branch or nothing at all.
bool is_maven_version(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_digit) &&
         all_of(text, [](char c) { return c > ' ' && c < '\x7f' && c != '$' && c != '{'; });
}

}  // namespace

const VersionOrder maven_order{compare_maven, is_maven_version};

}  // namespace lade::sbom
