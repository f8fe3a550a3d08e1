#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// The value of a variable, nothing if it is unset.
using Lookup = std::function<std::optional<std::string>(std::string_view name)>;

using Variables = std::map<std::string, std::string, std::less<>>;

/// Looks names up in `variables`, which must outlive the lookup; with `fold_case`, as Windows does.
Lookup lookup_in(const Variables& variables, bool fold_case = false);

/// How deep `${a:-${b:-…}}` may nest.
inline constexpr std::size_t substitution_depth_limit = 64;
/// How long the result of one expansion may be.
inline constexpr std::size_t expansion_limit_bytes = 16U << 20U;

/// What is done to a word beside the expansion of variables.
struct WordOptions {
  char escape = '\\';         ///< or '`'
  bool keep_quotes = false;   ///< quotes quote, and stay in the result
  bool keep_escapes = false;  ///< escapes escape, and stay in the result
  bool plain_quotes = false;  ///< quotes are characters like others: the body of a heredoc
  bool keep_unset = false;    ///< a reference to an unset variable stays as it is
};

/// What a word became.
struct Expansion {
  std::string text;                          ///< as one word
  std::vector<std::string> words;            ///< split at unquoted white space, after substitution
  std::set<std::string, std::less<>> used;   ///< names that were asked for and set
  std::set<std::string, std::less<>> unset;  ///< names that were asked for and not set
};

/// Expands variables and removes quotes and escapes as a POSIX shell does, with the modifiers
/// `:- - :+ + :? ? # ## % %% / //`. Throws `invalid` for a quote or brace that is never closed, an
/// unknown modifier, a wrong pattern, `${v:?message}` of an unset variable, and the limits above.
Expansion expand_word(std::string_view word, const Lookup& lookup, const WordOptions& options = {});

/// The text alone.
std::string process_word(std::string_view word, const Lookup& lookup,
                         const WordOptions& options = {});
/// The words alone.
std::vector<std::string> process_words(std::string_view word, const Lookup& lookup,
                                       const WordOptions& options = {});

}  // namespace lade::containerfile
