#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// A document that stands in the lines below an instruction: `<<name`.
struct Heredoc {
  std::string name;                 ///< also what the line that ends it says
  std::size_t file_descriptor = 0;  ///< the number before `<<`
  bool expand = true;               ///< false if any of the name was quoted
  bool strip_tabs = false;          ///< `<<-`: tabs at the start of each line do not count
  std::string content;              ///< as it stands in the file

  /// The content, without leading tabs if they do not count.
  std::string text() const;
};

/// `word` as the start of a heredoc, its content empty; nothing if it is no such word. Throws
/// `invalid` for a quote that is never closed.
std::optional<Heredoc> find_heredoc(std::string_view word);

/// The heredocs that a line of RUN, COPY or ADD starts, in order.
std::vector<Heredoc> heredocs_of(std::string_view line);

}  // namespace lade::containerfile
