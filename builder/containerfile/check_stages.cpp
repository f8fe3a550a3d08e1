#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

#include "builder/containerfile/findings.h"
#include "builder/containerfile/runes.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

bool is_lower(std::string_view text) { return to_lower(text) == text; }
bool is_upper(std::string_view text) { return to_upper(text) == text; }

std::vector<const Instruction*> all_instructions(const Containerfile& file) {
  std::vector<const Instruction*> all;
  for (const Stage& stage : file.stages) {
    all.push_back(&stage.header);
    for (const Instruction& instruction : stage.instructions) all.push_back(&instruction);
  }
  return all;
}

/// The comment right above something that has one of `names` describes it, or should.
void check_description(const Instruction& instruction, const std::vector<std::string>& names,
                       Findings& findings) {
  if (instruction.comments.empty() || names.empty()) return;
  const std::string first = split(instruction.comments.back(), ' ').front();
  for (const std::string& name : names) {
    if (first == name) return;
  }
  findings.add(
      "InvalidDefinitionDescription", instruction.first_line,
      fmt::format("The comment above {} should read \"# {} description\"",
                  to_upper(instruction.keyword), names.size() == 1 ? names.front() : "name"));
}

void check_arg_descriptions(const Instruction& instruction, Findings& findings) {
  const Arg* arg = std::get_if<Arg>(&instruction.value);
  if (!arg) return;
  std::vector<std::string> names;
  for (const ArgDeclaration& declaration : arg->declarations) names.push_back(declaration.name);
  check_description(instruction, names, findings);
}

void check_stage_name(const Stage& stage, std::set<std::string>& seen, Findings& findings) {
  const From& from = stage.from();
  const std::size_t line = stage.header.first_line;
  if (from.name.empty()) return;
  if (!is_lower(from.name_as_written)) {
    findings.add("StageNameCasing", line,
                 fmt::format("Stage name '{}' should be lower case", from.name_as_written));
  }
  if (from.name == "scratch" || from.name == "context") {
    findings.add("ReservedStageName", line,
                 fmt::format("Stage name '{}' has a meaning of its own", from.name));
  }
  if (!seen.insert(from.name).second) {
    findings.add("DuplicateStageName", line,
                 fmt::format("Stage name '{}' is used before", from.name));
  }
  const std::string& keyword = stage.header.keyword;
  const bool matches = is_lower(keyword)   ? is_lower(from.as_keyword)
                       : is_upper(keyword) ? is_upper(from.as_keyword)
                                           : true;
  if (!matches) {
    findings.add("FromAsCasing", line,
                 fmt::format("'{}' and '{}' should be in the same case", keyword, from.as_keyword));
  }
}

}  // namespace

void check_casing(const Containerfile& file, Findings& findings) {
  const auto all = all_instructions(file);
  std::ptrdiff_t lower_majority = 0;
  for (const Instruction* instruction : all) {
    if (is_lower(instruction->keyword)) ++lower_majority;
    if (is_upper(instruction->keyword)) --lower_majority;
  }
  const bool want_lower = lower_majority > 0;
  for (const Instruction* instruction : all) {
    const std::string& keyword = instruction->keyword;
    if (want_lower ? is_lower(keyword) : is_upper(keyword)) continue;
    findings.add("ConsistentInstructionCasing", instruction->first_line,
                 fmt::format("Instruction '{}' should be {} case, as most are", keyword,
                             want_lower ? "lower" : "upper"));
  }
}

void check_stages(const Containerfile& file, Findings& findings) {
  std::set<std::string> seen;
  for (const Instruction& instruction : file.global_args) {
    check_arg_descriptions(instruction, findings);
  }
  for (const Stage& stage : file.stages) {
    check_stage_name(stage, seen, findings);
    if (!stage.from().name.empty()) {
      check_description(stage.header, {stage.from().name_as_written}, findings);
    }
    for (const Instruction& instruction : stage.instructions) {
      check_arg_descriptions(instruction, findings);
    }
  }
}

}  // namespace lade::containerfile
