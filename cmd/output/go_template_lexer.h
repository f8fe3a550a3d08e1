#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"

namespace lade::cmd::go_template {

/// A piece of a template: text, or what stands between "{{" and "}}", trim markers applied.
struct Piece {
  bool action = false;
  std::string text{};
};
std::vector<Piece> split_pieces(std::string_view text);

struct Token {
  enum class Kind {
    word,
    field,
    dot,
    variable,
    literal,
    pipe,
    comma,
    open,
    close,
    declare,
    assign
  };
  Kind kind;
  std::string text{};  ///< of a word, field or variable, without "." or "$"
  Json literal{};
  bool adjacent = false;  ///< nothing between this token and the one before
};
/// The tokens of an action. Throws `invalid`.
std::vector<Token> tokenize(std::string_view action);

}  // namespace lade::cmd::go_template
