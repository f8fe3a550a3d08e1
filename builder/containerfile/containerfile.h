#pragma once

#include <set>
#include <string>
#include <vector>

#include "builder/containerfile/instructions.h"
#include "builder/containerfile/lexer.h"
#include "builder/containerfile/source.h"
#include "builder/containerfile/words.h"

namespace lade::containerfile {

/// One FROM and what follows it.
struct Stage {
  Instruction header;  ///< holds a From
  std::vector<Instruction> instructions;

  const From& from() const { return std::get<From>(header.value); }
};

/// A whole Containerfile, understood but not expanded.
struct Containerfile {
  Source source;
  Directives directives;
  std::vector<Instruction> global_args;          ///< each holds an Arg; those before the first FROM
  std::vector<Stage> stages;                     ///< at least one
  std::vector<std::size_t> empty_continuations;  ///< numbers of empty lines inside instructions
};

/// Parses `text`; `name` is how messages call the file. Throws `invalid`:
/// "<name>:<line>:<column>: <message>", then the line and a caret under the column.
Containerfile parse_containerfile(std::string name, std::string text);

/// The names that an expansion asked for.
struct VariableUse {
  std::set<std::string, std::less<>> used;
  std::set<std::string, std::less<>> unset;
};

/// Expands the variables in the fields of `instruction` that the language expands, and no others:
/// all words of ADD, COPY, ENV, LABEL, ARG, EXPOSE (one word may become several), STOPSIGNAL, USER,
/// VOLUME and WORKDIR except `--from` and `--exclude`; base and platform of FROM; mounts of RUN;
/// the text of heredocs that are sources, unless their name was quoted. All of one instruction sees
/// the same `lookup`, so `ENV a=1 b=$a` takes the `a` from before. Throws `invalid`, pointing at
/// the instruction.
VariableUse expand(const Containerfile& file, Instruction& instruction, const Lookup& lookup);

}  // namespace lade::containerfile
