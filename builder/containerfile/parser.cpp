#include "builder/containerfile/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "builder/containerfile/runes.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

/// How the text behind an instruction's name is cut.
enum class Form { words, quoted_words, text, json_or_text, json_or_words, pairs, health, trigger };

const std::map<std::string, Form, std::less<>>& forms() {
  static const std::map<std::string, Form, std::less<>> table = {{"ADD", Form::json_or_words},
                                                                 {"ARG", Form::quoted_words},
                                                                 {"CMD", Form::json_or_text},
                                                                 {"COPY", Form::json_or_words},
                                                                 {"ENTRYPOINT", Form::json_or_text},
                                                                 {"ENV", Form::pairs},
                                                                 {"EXPOSE", Form::words},
                                                                 {"FROM", Form::words},
                                                                 {"HEALTHCHECK", Form::health},
                                                                 {"LABEL", Form::pairs},
                                                                 {"MAINTAINER", Form::text},
                                                                 {"ONBUILD", Form::trigger},
                                                                 {"RUN", Form::json_or_text},
                                                                 {"SHELL", Form::json_or_text},
                                                                 {"STOPSIGNAL", Form::text},
                                                                 {"USER", Form::text},
                                                                 {"VOLUME", Form::json_or_words},
                                                                 {"WORKDIR", Form::text}};
  return table;
}

class Parser {
 public:
  explicit Parser(const Source& source) : source_(source), lexer_(source) {}

  Ast parse();

 private:
  [[noreturn]] void fail_at(const LogicalLine& line, std::size_t offset,
                            std::string_view message) const {
    source_.fail_at(line.at(offset), message);
  }
  Node parse_node(const LogicalLine& line, Stretch text, bool is_trigger);
  void read_arguments(Node& node, const LogicalLine& line, Stretch rest, Form form);
  void read_pairs(Node& node, const LogicalLine& line, Stretch rest);
  void read_health(Node& node, const LogicalLine& line, Stretch rest);
  bool read_array(Node& node, const LogicalLine& line, Stretch rest);
  void read_heredocs(Node& node);

  const Source& source_;
  Lexer lexer_;
};

bool Parser::read_array(Node& node, const LogicalLine& line, Stretch rest) {
  StringArray array = read_string_array(rest);
  if (array.kind == StringArray::Kind::other_elements) {
    fail_at(line, rest.offset, "the elements of the JSON array must all be strings");
  }
  node.json = array.kind == StringArray::Kind::strings;
  for (Word& word : array.strings) node.arguments.push_back(std::move(word));
  return node.json;
}

void Parser::read_pairs(Node& node, const LogicalLine& line, Stretch rest) {
  const std::vector<Word> words = split_quoted(rest, lexer_.directives().escape);
  if (words.empty()) return;
  if (words.front().text.find('=') == std::string::npos) {
    const std::vector<Word> parts = split_blanks(rest);
    if (parts.size() < 2) {
      fail_at(line, rest.offset,
              fmt::format("{} needs a value for {}: want NAME=VALUE", to_upper(node.keyword.text),
                          quote(rest.text)));
    }
    const std::size_t value = parts[1].offset;
    node.arguments = {
        parts[0], {std::string(rest.text.substr(value - rest.offset)), value}, {"", value}};
    return;
  }
  for (const Word& word : words) {
    const std::size_t equals = word.text.find('=');
    if (equals == std::string::npos) {
      fail_at(line, word.offset, fmt::format("{} has no \"=\": want NAME=VALUE", quote(word.text)));
    }
    node.arguments.push_back({word.text.substr(0, equals), word.offset});
    node.arguments.push_back({word.text.substr(equals + 1), word.offset + equals + 1});
    node.arguments.push_back({"=", word.offset + equals});
  }
}

void Parser::read_health(Node& node, const LogicalLine& line, Stretch rest) {
  if (rest.text.empty()) return;
  const std::size_t end = std::min(rest.text.find_first_of(" \t\v\f\r"), rest.text.size());
  node.arguments.push_back({std::string(rest.text.substr(0, end)), rest.offset});
  const Stretch command =
      rest.from(rest.text.size() - trim_leading_spaces(rest.text.substr(end)).size());
  if (!command.text.empty()) read_arguments(node, line, command, Form::json_or_text);
}

void Parser::read_arguments(Node& node, const LogicalLine& line, Stretch rest, Form form) {
  if (rest.text.empty()) return;
  const bool maybe_json = form == Form::json_or_text || form == Form::json_or_words;
  if (maybe_json && read_array(node, line, rest)) return;
  switch (form) {
    case Form::words:
    case Form::json_or_words:
      node.arguments = split_blanks(rest);
      return;
    case Form::quoted_words:
      node.arguments = split_quoted(rest, lexer_.directives().escape);
      return;
    case Form::text:
    case Form::json_or_text:
      node.arguments.push_back({std::string(rest.text), rest.offset});
      return;
    case Form::pairs:
      return read_pairs(node, line, rest);
    case Form::health:
      return read_health(node, line, rest);
    case Form::trigger:
      node.trigger.push_back(parse_node(line, rest, true));
      return;
  }
}

Node Parser::parse_node(const LogicalLine& line, Stretch text, bool is_trigger) {
  Head head = split_head(text);
  Node node;
  node.keyword = std::move(head.keyword);
  node.flags = std::move(head.flags);
  const auto form = forms().find(to_upper(node.keyword.text));
  if (form == forms().end()) return node;
  if (is_trigger && form->second == Form::trigger) {
    fail_at(line, node.keyword.offset, "ONBUILD cannot be the trigger of an ONBUILD");
  }
  read_arguments(node, line, head.rest, form->second);
  return node;
}

void Parser::read_heredocs(Node& node) {
  const Node& carrier = node.trigger.empty() ? node : node.trigger.front();
  const std::string name = to_upper(carrier.keyword.text);
  if (carrier.json || (name != "RUN" && name != "COPY" && name != "ADD")) return;
  std::vector<Heredoc> heredocs;
  try {
    heredocs = heredocs_of(node.line.text);
  } catch (const Error& error) {
    fail_at(node.line, node.line.text.find("<<"), error.message());
  }
  for (Heredoc& heredoc : heredocs) {
    bool ended = false;
    while (const auto raw = lexer_.next_raw()) {
      std::string_view text = source_.line_text(lexer_.line_number());
      if (heredoc.strip_tabs)
        text.remove_prefix(std::min(text.find_first_not_of('\t'), text.size()));
      ended = text == heredoc.name;
      if (ended) break;
      heredoc.content += *raw;
    }
    if (!ended) {
      fail_at(node.line, node.line.text.find("<<"),
              fmt::format("the heredoc {} has no end: want a line {}", quote(heredoc.name),
                          quote(heredoc.name)));
    }
    node.line.last_line = lexer_.line_number();
  }
  (node.trigger.empty() ? node : node.trigger.front()).heredocs = std::move(heredocs);
}

Ast Parser::parse() {
  Ast ast;
  while (auto line = lexer_.next()) {
    Node node = parse_node(*line, {line->text, 0}, false);
    node.line = std::move(*line);
    read_heredocs(node);
    ast.nodes.push_back(std::move(node));
  }
  if (ast.nodes.empty()) source_.fail_at({source_.line_count(), 1}, "the file has no instructions");
  ast.directives = lexer_.directives();
  return ast;
}

std::string dump_node(const Node& node) {
  std::string text = to_lower(node.keyword.text);
  for (std::size_t i = 0; i < node.flags.size(); ++i) {
    text += (i == 0 ? " [" : " ") + quote(node.flags[i].text);
  }
  if (!node.flags.empty()) text += ']';
  for (const Node& trigger : node.trigger) text += fmt::format(" ({})", dump_node(trigger));
  for (const Word& argument : node.arguments) text += ' ' + quote(argument.text);
  return text;
}

}  // namespace

Ast parse_lines(const Source& source) { return Parser(source).parse(); }

std::string dump(const Ast& ast) {
  std::string text;
  for (const Node& node : ast.nodes) text += fmt::format("({})\n", dump_node(node));
  return text;
}

std::vector<std::string_view> instruction_names() {
  std::vector<std::string_view> names;
  for (const auto& [name, form] : forms()) names.emplace_back(name);
  return names;
}

}  // namespace lade::containerfile
