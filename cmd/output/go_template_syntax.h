#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"

/// The parsed form of a Go template. Private to cmd/output: others use GoTemplate.
namespace lade::cmd::go_template {

struct Pipeline;

/// One word of a call: where a value comes from, and the fields taken of it.
struct Operand {
  enum class Kind { literal, dot, variable, function, pipeline };
  Kind kind = Kind::dot;
  Json literal{};
  std::string name{};            ///< of a variable ("" is "$") or function
  std::vector<Pipeline> nested;  ///< one, for `pipeline`
  std::vector<std::string> fields{};
};

struct Call {
  std::vector<Operand> words{};
};

struct Pipeline {
  std::vector<std::string> variables{};  ///< that the value goes to; two for range
  bool declares = false;                 ///< by ":=", not "="
  std::vector<Call> calls{};
};

struct Node {
  enum class Kind { text, action, if_block, range_block, with_block, break_loop, continue_loop };
  Kind kind = Kind::text;
  std::string text{};
  Pipeline pipeline{};
  std::vector<Node> then{};
  std::vector<Node> otherwise{};
};
using Block = std::vector<Node>;

/// Throws `invalid`, with the place.
Block parse(std::string_view text);

/// The text that a template makes of `data`. Throws `invalid` for a field that is not there.
std::string render(const Block& block, const Json& data);

}  // namespace lade::cmd::go_template
