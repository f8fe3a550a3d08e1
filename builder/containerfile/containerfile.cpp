#include "builder/containerfile/containerfile.h"

#include <fmt/format.h>

#include <utility>

#include "builder/containerfile/parser.h"
#include "builder/containerfile/runes.h"

namespace lade::containerfile {
namespace {

void place(Containerfile& file, Instruction instruction) {
  if (std::holds_alternative<From>(instruction.value)) {
    file.stages.push_back({std::move(instruction), {}});
  } else if (!file.stages.empty()) {
    file.stages.back().instructions.push_back(std::move(instruction));
  } else if (std::holds_alternative<Arg>(instruction.value)) {
    file.global_args.push_back(std::move(instruction));
  } else {
    file.source.fail_at(
        instruction.position,
        fmt::format("{} comes before the first FROM; only ARG may", to_upper(instruction.keyword)));
  }
}

}  // namespace

Containerfile parse_containerfile(std::string name, std::string text) {
  Containerfile file{Source(std::move(name), std::move(text)), {}, {}, {}, {}};
  const Ast ast = parse_lines(file.source);
  file.directives = ast.directives;
  for (const Node& node : ast.nodes) {
    place(file, parse_instruction(file.source, node));
    file.empty_continuations.insert(file.empty_continuations.end(),
                                    node.line.empty_continuations.begin(),
                                    node.line.empty_continuations.end());
  }
  if (file.stages.empty()) {
    file.source.fail_at({file.source.line_count(), 1}, "the file has no FROM");
  }
  return file;
}

}  // namespace lade::containerfile
