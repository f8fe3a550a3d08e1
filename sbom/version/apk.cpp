// apk-package(5): number{.number}…{letter}{_suffix{number}}…{~hash}{-r#}. A version is a row of
// tokens, compared one by one. Numbers count as numbers, but one behind a dot of which either
// begins with 0 as the digits of a fraction (1.09 before 1.1). Suffixes are alpha, beta, pre and
// rc, which come before the end, and cvs, svn, git, hg and p, which come after it. Where the rows
// differ in kind, kinds are in the order of ApkKind: whoever still has a number is later than who
// has a letter, and so on.
//
// What does not go on by the grammar is one last token, which is before the end, and such are
// compared by bytes; but of two broken releases (-r without a number, or with something behind it)
// only the numbers count, as apk has it.
#include <array>

#include "sbom/version/orders.h"
#include "sbom/version/scan.h"

namespace lade::sbom {
namespace {

/// From early to late.
enum class ApkKind {
  pre_suffix,
  broken,
  end,
  release,
  hash,
  suffix_number,
  post_suffix,
  letter,
  number,
  first_number
};

struct ApkToken {
  ApkKind kind = ApkKind::end;
  std::string_view text{};
  std::size_t suffix = 0;  ///< rank among its kind
};

constexpr std::array<std::string_view, 4> pre_suffixes{"alpha", "beta", "pre", "rc"};
constexpr std::array<std::string_view, 5> post_suffixes{"cvs", "svn", "git", "hg", "p"};

bool is_apk_hash_digit(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }

class ApkTokens {
 public:
  explicit ApkTokens(std::string_view text) : rest_(text) {}

  /// Ends in `end` or `broken`, and is not to be asked beyond.
  ApkToken next() {
    const ApkToken token = rest_.empty() ? ApkToken{} : read();
    last_ = token.kind;
    return token;
  }

 private:
  ApkToken read() {
    const std::string_view whole = rest_;
    const char first = rest_.front();
    ApkToken token{ApkKind::broken, whole};
    if (last_ == ApkKind::end) {
      if (is_digit(first)) token = {ApkKind::first_number, take_digits(rest_)};
    } else if (first == '.' && has_numbers()) {
      rest_.remove_prefix(1);
      if (const auto digits = take_digits(rest_); !digits.empty()) {
        token = {ApkKind::number, digits};
      }
    } else if (is_lower(first) && has_numbers()) {
      token = {ApkKind::letter, rest_.substr(0, 1)};
      rest_.remove_prefix(1);
    } else if (is_digit(first) && has_suffix()) {
      token = {ApkKind::suffix_number, take_digits(rest_)};
    } else if (first == '_' && last_ != ApkKind::hash && last_ != ApkKind::release) {
      token = read_suffix(whole);
    } else if (first == '~' && last_ != ApkKind::hash && last_ != ApkKind::release) {
      rest_.remove_prefix(1);
      if (const auto hash = take_while(rest_, is_apk_hash_digit); !hash.empty()) {
        token = {ApkKind::hash, hash};
      }
    } else if (rest_.starts_with("-r") && last_ != ApkKind::release) {
      rest_.remove_prefix(2);
      const auto digits = take_digits(rest_);
      if (!digits.empty() && rest_.empty()) token = {ApkKind::release, digits};
    }
    if (token.kind == ApkKind::broken) rest_ = {};
    return token;
  }

  ApkToken read_suffix(std::string_view whole) {
    rest_.remove_prefix(1);
    const std::string_view word = take_while(rest_, is_lower);
    if (const auto at = std::find(pre_suffixes.begin(), pre_suffixes.end(), word);
        at != pre_suffixes.end()) {
      return {ApkKind::pre_suffix, word, static_cast<std::size_t>(at - pre_suffixes.begin())};
    }
    if (const auto at = std::find(post_suffixes.begin(), post_suffixes.end(), word);
        at != post_suffixes.end()) {
      return {ApkKind::post_suffix, word, static_cast<std::size_t>(at - post_suffixes.begin())};
    }
    return {ApkKind::broken, whole};
  }

  bool has_numbers() const { return last_ == ApkKind::first_number || last_ == ApkKind::number; }
  bool has_suffix() const { return last_ == ApkKind::pre_suffix || last_ == ApkKind::post_suffix; }

  std::string_view rest_;
  ApkKind last_ = ApkKind::end;
};

std::weak_ordering compare_broken(std::string_view a, std::string_view b) {
  if (!a.starts_with("-r") || !b.starts_with("-r")) return a <=> b;
  a.remove_prefix(2);
  b.remove_prefix(2);
  return compare_numbers(take_digits(a), take_digits(b));
}

std::weak_ordering compare_apk_tokens(const ApkToken& a, const ApkToken& b) {
  if (a.kind != b.kind) return a.kind <=> b.kind;
  switch (a.kind) {
    case ApkKind::number:
      if (a.text.front() == '0' || b.text.front() == '0') return a.text <=> b.text;
      return compare_numbers(a.text, b.text);
    case ApkKind::first_number:
    case ApkKind::suffix_number:
    case ApkKind::release:
      return compare_numbers(a.text, b.text);
    case ApkKind::pre_suffix:
    case ApkKind::post_suffix:
      return a.suffix <=> b.suffix;
    case ApkKind::broken:
      return compare_broken(a.text, b.text);
    default:
      return a.text <=> b.text;
  }
}

bool ends_apk(ApkKind kind) { return kind == ApkKind::end || kind == ApkKind::broken; }

std::weak_ordering compare_apk(std::string_view text_a, std::string_view text_b) {
  ApkTokens tokens_a(text_a);
  ApkTokens tokens_b(text_b);
  while (true) {
    const ApkToken a = tokens_a.next();
    const ApkToken b = tokens_b.next();
    const auto order = compare_apk_tokens(a, b);
    if (order != 0 || ends_apk(a.kind)) return order;
  }
}

bool is_apk_version(std::string_view text) {
  if (text.empty()) return false;
  ApkTokens tokens(text);
  ApkToken token = tokens.next();
  while (!ends_apk(token.kind)) token = tokens.next();
  return token.kind == ApkKind::end;
}

}  // namespace

const VersionOrder apk_order{compare_apk, is_apk_version};

}  // namespace lade::sbom
