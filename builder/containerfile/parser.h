#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "builder/containerfile/arguments.h"
#include "builder/containerfile/heredoc.h"
#include "builder/containerfile/lexer.h"
#include "builder/containerfile/source.h"

namespace lade::containerfile {

/// One instruction as it is written: its parts are told apart, but not yet understood.
struct Node {
  Word keyword;             ///< as written
  std::vector<Word> flags;  ///< "--name=value", quotes and escapes removed
  /// The arguments, quotes and escapes kept. ENV and LABEL: name, value and separator ("=", or ""
  /// for the old form) in turn. JSON: its strings.
  std::vector<Word> arguments;
  bool json = false;
  std::vector<Heredoc> heredocs;
  std::vector<Node> trigger;  ///< ONBUILD: the instruction behind it
  LogicalLine line;           ///< the whole line; `last_line` includes the heredocs
};

/// A Containerfile as a list of instructions.
struct Ast {
  Directives directives;
  std::vector<Node> nodes;
};

/// Parses lines without knowing what instructions there are. Throws `invalid`, pointing at the
/// place: no instruction at all, a wrong directive, a heredoc without end, ENV without a value.
Ast parse_lines(const Source& source);

/// The tree as s-expressions, one instruction a line: (copy ["--from=x"] "a" "b").
std::string dump(const Ast& ast);

/// The names of all instructions, upper case, in order.
std::vector<std::string_view> instruction_names();

}  // namespace lade::containerfile
