#include <utility>

#include "cmd/output/go_template_functions.h"
#include "cmd/output/go_template_lexer.h"
#include "cmd/output/go_template_syntax.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

// Recursive descent over pieces (blocks) and, within an action, over tokens (pipelines).
namespace lade::cmd::go_template {
namespace {

constexpr unsigned nesting_limit = 64;

using Kind = Token::Kind;

/// The tokens of one action, read from left to right.
class ActionParser {
 public:
  ActionParser(std::string_view action, std::vector<Token> tokens)
      : action_(action), tokens_(std::move(tokens)) {}

  bool at_end() const { return at_ == tokens_.size(); }
  bool takes(Kind kind) {
    if (!is(kind)) return false;
    ++at_;
    return true;
  }
  bool takes_word(std::string_view word) {
    if (!is(Kind::word) || tokens_[at_].text != word) return false;
    ++at_;
    return true;
  }
  void require_end() {
    if (!at_end()) complain("too many words");
  }

  Pipeline pipeline(unsigned depth = 0) {
    if (depth > nesting_limit) complain("too deeply nested");
    Pipeline result;
    assignment(result);
    do {
      result.calls.push_back(call(depth));
    } while (takes(Kind::pipe));
    return result;
  }

  [[noreturn]] void complain(std::string_view problem) const {
    fail(ErrorKind::invalid, "template: {} in {{{{{}}}}}", problem, printable(action_));
  }

 private:
  bool is(Kind kind, std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].kind == kind;
  }

  /// "$x :=", "$x =", "$k, $v :=".
  void assignment(Pipeline& result) {
    std::size_t count = 0;
    if (is(Kind::variable) && (is(Kind::declare, 1) || is(Kind::assign, 1))) count = 1;
    if (is(Kind::variable) && is(Kind::comma, 1) && is(Kind::variable, 2) &&
        (is(Kind::declare, 3) || is(Kind::assign, 3))) {
      count = 2;
    }
    for (std::size_t i = 0; i < count; ++i) {
      result.variables.push_back(tokens_[at_].text);
      at_ += i + 1 < count ? 2 : 1;
    }
    if (count > 0) result.declares = tokens_[at_++].kind == Kind::declare;
  }

  Call call(unsigned depth) {
    Call result;
    while (!at_end() && !is(Kind::pipe) && !is(Kind::close)) {
      result.words.push_back(operand(depth));
    }
    if (result.words.empty()) complain("missing value");
    return result;
  }

  Operand operand(unsigned depth) {
    Operand result;
    Token& token = tokens_[at_];
    switch (token.kind) {
      case Kind::literal:
        result.kind = Operand::Kind::literal;
        result.literal = std::move(token.literal);
        break;
      case Kind::variable:
        result.kind = Operand::Kind::variable;
        result.name = token.text;
        break;
      case Kind::word:
        require_function(token.text);
        result.kind = Operand::Kind::function;
        result.name = token.text;
        break;
      case Kind::open:
        ++at_;
        result.kind = Operand::Kind::pipeline;
        result.nested.push_back(pipeline(depth + 1));
        if (!is(Kind::close)) complain("missing ')'");
        break;
      case Kind::dot:
        break;
      case Kind::field:
        result.fields.push_back(token.text);
        break;
      default:
        complain("unexpected punctuation");
    }
    ++at_;
    while (is(Kind::field) && tokens_[at_].adjacent) result.fields.push_back(tokens_[at_++].text);
    return result;
  }

  std::string_view action_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : pieces_(split_pieces(text)) {}

  Block run() {
    Block block;
    const std::string end = fill(block, 0);
    if (!end.empty()) {
      fail(ErrorKind::invalid, "template: {{{{{}}}}} without a block to belong to", end);
    }
    return block;
  }

 private:
  /// Nodes up to the action that ends the block, "end" or "else…", which is returned.
  std::string fill(Block& block, unsigned depth) {
    if (depth > nesting_limit) fail(ErrorKind::invalid, "template: too deeply nested");
    while (at_ < pieces_.size()) {
      const Piece& piece = pieces_[at_++];
      if (!piece.action) {
        if (!piece.text.empty()) block.push_back({.kind = Node::Kind::text, .text = piece.text});
        continue;
      }
      if (piece.text.starts_with("/*")) continue;
      ActionParser action(piece.text, tokenize(piece.text));
      if (action.takes_word("end")) {
        action.require_end();
        return "end";
      }
      if (action.takes_word("else")) return piece.text;
      block.push_back(node(action, depth));
    }
    return {};
  }

  Node node(ActionParser& action, unsigned depth) {
    Node result;
    result.kind = Node::Kind::action;
    if (action.takes_word("if")) result.kind = Node::Kind::if_block;
    if (action.takes_word("range")) result.kind = Node::Kind::range_block;
    if (action.takes_word("with")) result.kind = Node::Kind::with_block;
    if (action.takes_word("break")) result.kind = Node::Kind::break_loop;
    if (action.takes_word("continue")) result.kind = Node::Kind::continue_loop;
    for (const std::string_view word : {"define", "template", "block"}) {
      if (action.takes_word(word)) action.complain("no named templates here");
    }
    if (result.kind != Node::Kind::break_loop && result.kind != Node::Kind::continue_loop) {
      result.pipeline = action.pipeline();
    }
    action.require_end();
    if (result.pipeline.variables.size() == 2 && result.kind != Node::Kind::range_block) {
      action.complain("two variables outside of range");
    }
    const bool is_block = result.kind == Node::Kind::if_block ||
                          result.kind == Node::Kind::range_block ||
                          result.kind == Node::Kind::with_block;
    if (is_block) finish_block(result, depth);
    return result;
  }

  void finish_block(Node& result, unsigned depth) {
    std::string end = fill(result.then, depth + 1);
    if (end == "else") {
      end = fill(result.otherwise, depth + 1);
    } else if (end.starts_with("else")) {
      // "else if …" is an if in the else branch, which shares the one end
      ActionParser action(end, tokenize(end));
      action.takes_word("else");
      result.otherwise.push_back(node(action, depth + 1));
      return;
    }
    if (end != "end") fail(ErrorKind::invalid, "template: a block has no {{{{end}}}}");
  }

  std::vector<Piece> pieces_;
  std::size_t at_ = 0;
};

}  // namespace

Block parse(std::string_view text) { return Parser(text).run(); }

}  // namespace lade::cmd::go_template
