#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lade::cmd {

/// Columns as docker prints them: left-aligned, three spaces apart, under upper-case titles.
class Table {
 public:
  /// Without titles there is no header line.
  explicit Table(std::vector<std::string> titles = {}) : titles_(std::move(titles)) {}

  /// Cells are made safe for a terminal.
  void add(std::vector<std::string> cells);
  /// These columns are aligned to the right: sizes, numbers.
  void align_right(std::size_t column) { right_.push_back(column); }
  std::string text() const;

 private:
  std::vector<std::string> titles_;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::size_t> right_;
};

/// How many columns of a terminal a text takes: its UTF-8 characters, wide ones twice.
std::size_t width_of(std::string_view text);
/// At most `width` columns of the text, the last one a "…" if something is left out.
std::string shorten(std::string_view text, std::size_t width);

}  // namespace lade::cmd
