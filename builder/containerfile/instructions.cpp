#include "builder/containerfile/instructions.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "builder/containerfile/flags.h"
#include "builder/containerfile/readers.h"
#include "builder/containerfile/runes.h"
#include "builder/containerfile/suggestion.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

void require_arguments(const Request& request, std::string_view what) {
  if (request.node.arguments.empty()) {
    request.fail_here(fmt::format("{} needs {}", request.name, what));
  }
}

/// The one argument of USER, WORKDIR, STOPSIGNAL and MAINTAINER: all that follows.
std::string read_text(const Request& request, std::string_view what) {
  refuse_flags(request);
  require_arguments(request, what);
  return request.node.arguments.front().text;
}

std::vector<std::string> texts_of(const std::vector<Word>& words) {
  std::vector<std::string> texts;
  for (const Word& word : words) texts.push_back(word.text);
  return texts;
}

bool is_stage_name(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
         });
}

From read_from(const Request& request) {
  constexpr FlagSpec specs[] = {{"platform", FlagKind::text}};
  const Flags flags(request, specs);
  const std::vector<Word>& words = request.node.arguments;
  require_arguments(request, "an image or a stage");
  From from;
  from.base = words.front().text;
  from.platform = flags.text("platform");
  if (words.size() == 1) return from;
  if (words.size() != 3 || to_lower(words[1].text) != "as") {
    request.fail_at(words[1].offset, "FROM takes an image, or an image, AS and a name");
  }
  from.as_keyword = words[1].text;
  from.name_as_written = words[2].text;
  from.name = to_lower(words[2].text);
  if (!is_stage_name(from.name)) {
    request.fail_at(words[2].offset,
                    fmt::format("stage name {} must begin with a letter and have only letters, "
                                "digits, \"-\", \"_\" and \".\"",
                                quote(words[2].text)));
  }
  return from;
}

/// The pairs of ENV and LABEL, and whether they are in the old form.
std::pair<std::vector<KeyValue>, bool> read_pairs(const Request& request) {
  refuse_flags(request);
  require_arguments(request, "a pair NAME=VALUE");
  const std::vector<Word>& words = request.node.arguments;
  std::vector<KeyValue> pairs;
  for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
    if (words[i].text.empty()) {
      request.fail_at(words[i].offset, fmt::format("{} has a pair without a name", request.name));
    }
    pairs.push_back({words[i].text, words[i + 1].text});
  }
  return {std::move(pairs), words[2].text.empty()};
}

Env read_env(const Request& request) {
  auto [pairs, old_form] = read_pairs(request);
  return {std::move(pairs), old_form};
}

Label read_label(const Request& request) {
  auto [pairs, old_form] = read_pairs(request);
  return {std::move(pairs), old_form};
}

Arg read_arg(const Request& request) {
  refuse_flags(request);
  require_arguments(request, "a name");
  Arg arg;
  for (const Word& word : request.node.arguments) {
    const std::size_t equals = word.text.find('=');
    if (equals == 0 || word.text.empty()) request.fail_at(word.offset, "ARG has a blank name");
    ArgDeclaration declaration{word.text.substr(0, equals), std::nullopt};
    if (equals != std::string::npos) declaration.value = word.text.substr(equals + 1);
    arg.declarations.push_back(std::move(declaration));
  }
  return arg;
}

Expose read_expose(const Request& request) {
  refuse_flags(request);
  require_arguments(request, "a port");
  Expose expose{texts_of(request.node.arguments)};
  std::sort(expose.ports.begin(), expose.ports.end());
  return expose;
}

Volume read_volume(const Request& request) {
  refuse_flags(request);
  require_arguments(request, "a path");
  Volume volume;
  for (const Word& word : request.node.arguments) {
    volume.paths.emplace_back(trim_spaces(word.text));
    if (volume.paths.back().empty()) request.fail_at(word.offset, "a path of VOLUME is empty");
  }
  return volume;
}

Shell read_shell(const Request& request) {
  refuse_flags(request);
  require_arguments(request, "a program: SHELL [\"program\", \"argument\"]");
  if (!request.node.json) {
    request.fail_at(request.node.arguments.front().offset,
                    "SHELL needs a JSON array: SHELL [\"program\", \"argument\"]");
  }
  return {texts_of(request.node.arguments)};
}

Cmd read_cmd(const Request& request) {
  refuse_flags(request);
  return {read_command(request.node)};
}

Entrypoint read_entrypoint(const Request& request) {
  refuse_flags(request);
  return {read_command(request.node)};
}

Onbuild read_onbuild(const Request& request);

using InstructionReader = InstructionValue (*)(const Request&);

template <auto Read>
InstructionValue as_value(const Request& request) {
  return Read(request);
}

const std::map<std::string, InstructionReader, std::less<>>& readers() {
  static const std::map<std::string, InstructionReader, std::less<>> table = {
      {"ADD", as_value<read_add>},
      {"ARG", as_value<read_arg>},
      {"CMD", as_value<read_cmd>},
      {"COPY", as_value<read_copy>},
      {"ENTRYPOINT", as_value<read_entrypoint>},
      {"ENV", as_value<read_env>},
      {"EXPOSE", as_value<read_expose>},
      {"FROM", as_value<read_from>},
      {"HEALTHCHECK", as_value<read_healthcheck>},
      {"LABEL", as_value<read_label>},
      {"MAINTAINER",
       [](const Request& r) -> InstructionValue { return Maintainer{read_text(r, "a name")}; }},
      {"ONBUILD", as_value<read_onbuild>},
      {"RUN", as_value<read_run>},
      {"SHELL", as_value<read_shell>},
      {"STOPSIGNAL",
       [](const Request& r) -> InstructionValue { return StopSignal{read_text(r, "a signal")}; }},
      {"USER", [](const Request& r) -> InstructionValue { return User{read_text(r, "a user")}; }},
      {"VOLUME", as_value<read_volume>},
      {"WORKDIR",
       [](const Request& r) -> InstructionValue { return Workdir{read_text(r, "a path")}; }}};
  return table;
}

Instruction understand(const Source& source, const LogicalLine& line, const Node& node) {
  std::string name = to_upper(node.keyword.text);
  const auto reader = readers().find(name);
  if (reader == readers().end()) {
    source.fail_at(line.at(node.keyword.offset),
                   fmt::format("unknown instruction {}{}", quote(node.keyword.text),
                               suggestion(name, instruction_names())));
  }
  Instruction instruction{.value = reader->second({source, line, node, std::move(name)}),
                          .keyword = node.keyword.text,
                          .original = std::string(trim_spaces(line.text)),
                          .first_line = line.first_line,
                          .last_line = line.last_line,
                          .position = line.at(node.keyword.offset),
                          .comments = line.comments};
  return instruction;
}

Onbuild read_onbuild(const Request& request) {
  refuse_flags(request);
  if (request.node.trigger.empty()) request.fail_here("ONBUILD needs an instruction");
  const Node& trigger = request.node.trigger.front();
  const std::string name = to_upper(trigger.keyword.text);
  if (name == "FROM" || name == "MAINTAINER") {
    request.fail_at(trigger.keyword.offset,
                    fmt::format("{} cannot be the trigger of an ONBUILD", name));
  }
  Instruction instruction = understand(request.source, request.line, trigger);
  std::string expression =
      with_heredocs(trim_spaces(std::string_view(request.line.text).substr(trigger.keyword.offset)),
                    trigger.heredocs);
  return {std::move(expression), std::make_shared<const Instruction>(std::move(instruction))};
}

}  // namespace

Instruction parse_instruction(const Source& source, const Node& node) {
  return understand(source, node.line, node);
}

}  // namespace lade::containerfile
