#include "builder/containerfile/heredoc.h"

#include <algorithm>
#include <charconv>

#include "builder/containerfile/words.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

std::optional<std::string> nothing_is_set(std::string_view) { return std::nullopt; }

std::ptrdiff_t count_quotes(std::string_view text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return c == '\'' || c == '"'; });
}

}  // namespace

std::string Heredoc::text() const {
  if (!strip_tabs) return content;
  std::string stripped;
  bool at_start = true;
  for (const char c : content) {
    if (at_start && c == '\t') continue;
    at_start = c == '\n';
    stripped += c;
  }
  return stripped;
}

std::optional<Heredoc> find_heredoc(std::string_view word) {
  const std::size_t arrow = word.find_first_not_of("0123456789");
  if (arrow == std::string_view::npos || !word.substr(arrow).starts_with("<<")) return std::nullopt;
  Heredoc heredoc;
  std::string_view name = word.substr(arrow + 2);
  heredoc.strip_tabs = name.starts_with('-');
  if (heredoc.strip_tabs) name.remove_prefix(1);
  if (name.empty() || name.find('<') != std::string_view::npos) return std::nullopt;
  if (arrow > 0) {
    const auto [end, error] =
        std::from_chars(word.data(), word.data() + arrow, heredoc.file_descriptor);
    if (error != std::errc{}) {
      fail(ErrorKind::invalid, "the file descriptor of heredoc \"{}\" is too large", word);
    }
  }
  // a part that was quoted shows in how many quotes are left when they are removed
  const auto words = process_words(name, nothing_is_set, {.keep_unset = true});
  if (words.size() != 1) return std::nullopt;
  const auto quoted =
      process_words(name, nothing_is_set, {.keep_quotes = true, .keep_unset = true});
  heredoc.name = words.front();
  heredoc.expand =
      quoted.size() == 1 && count_quotes(quoted.front()) == count_quotes(words.front());
  return heredoc;
}

std::vector<Heredoc> heredocs_of(std::string_view line) {
  std::vector<std::string> words;
  try {
    words = process_words(line, nothing_is_set,
                          {.keep_quotes = true, .keep_escapes = true, .keep_unset = true});
  } catch (const Error&) {
    // what the shell will complain about starts no heredoc
    return {};
  }
  std::vector<Heredoc> heredocs;
  for (const std::string& word : words) {
    if (auto heredoc = find_heredoc(word)) heredocs.push_back(std::move(*heredoc));
  }
  return heredocs;
}

}  // namespace lade::containerfile
