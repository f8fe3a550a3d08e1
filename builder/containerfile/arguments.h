#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::containerfile {

/// A part of an instruction's line and where in it the part begins.
struct Word {
  std::string text;
  std::size_t offset = 0;  ///< in bytes from the start of the logical line
};

/// A stretch of a logical line, aware of where it lies.
struct Stretch {
  std::string_view text;
  std::size_t offset = 0;

  /// What is left from byte `begin` of the stretch on.
  Stretch from(std::size_t begin) const { return {text.substr(begin), offset + begin}; }
};

/// A line cut into `KEYWORD --flag… rest`.
struct Head {
  Word keyword;
  std::vector<Word> flags;  ///< quotes and escapes removed
  Stretch rest;             ///< without blanks around it
};

/// Cuts a line; flags are the words in front that begin with `--`, up to a lone `--`.
Head split_head(Stretch line);

/// The words between blanks, quotes and escapes kept as they are; a quoted blank does not separate.
std::vector<Word> split_quoted(Stretch rest, char escape);

/// The words between blanks, without regard to quotes.
std::vector<Word> split_blanks(Stretch rest);

/// What a text that may be a JSON array of strings turned out to be.
struct StringArray {
  enum class Kind { not_json, strings, other_elements };
  Kind kind = Kind::not_json;
  std::vector<Word> strings;
};
StringArray read_string_array(Stretch rest);

}  // namespace lade::containerfile
