#include "cmd/output/go_template_lexer.h"

#include <charconv>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd::go_template {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

[[noreturn]] void fail_at(std::string_view action, std::string_view problem) {
  fail(ErrorKind::invalid, "template: {} in {{{{{}}}}}", problem, printable(action));
}

void trim_end(std::string& text) {
  while (!text.empty() && is_space(text.back())) text.pop_back();
}

std::string_view trim_start(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

/// Where the action that begins here ends: the "}}" outside of strings and comments.
std::size_t end_of_action(std::string_view text) {
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\' && quote != '`') {
        ++i;
      } else if (c == quote) {
        quote = 0;
      }
    } else if (c == '"' || c == '`' || c == '\'') {
      quote = c;
    } else if (text.substr(i, 2) == "/*") {
      const std::size_t end = text.find("*/", i);
      if (end == text.npos) return end;
      i = end + 1;
    } else if (text.substr(i, 2) == "}}") {
      return i;
    }
  }
  return text.npos;
}

class Tokenizer {
 public:
  explicit Tokenizer(std::string_view action) : action_(action) {}

  std::vector<Token> run() {
    while (true) {
      const std::size_t before = at_;
      while (at_ < action_.size() && is_space(action_[at_])) ++at_;
      if (at_ == action_.size()) return std::move(tokens_);
      const bool adjacent = before == at_ && !tokens_.empty();
      tokens_.push_back(next());
      tokens_.back().adjacent = adjacent;
    }
  }

 private:
  std::string name() {
    const std::size_t start = at_;
    while (at_ < action_.size() && is_name(action_[at_])) ++at_;
    return std::string(action_.substr(start, at_ - start));
  }

  Token symbol(Token::Kind kind, std::size_t length) {
    at_ += length;
    return {kind};
  }

  Token next() {
    const char c = action_[at_];
    switch (c) {
      case '|':
        return symbol(Token::Kind::pipe, 1);
      case ',':
        return symbol(Token::Kind::comma, 1);
      case '(':
        return symbol(Token::Kind::open, 1);
      case ')':
        return symbol(Token::Kind::close, 1);
      case '=':
        return symbol(Token::Kind::assign, 1);
      case '"':
        return quoted();
      case '`':
        return raw();
      case '$':
        ++at_;
        return {Token::Kind::variable, name()};
      case '.':
        ++at_;
        if (at_ < action_.size() && is_name(action_[at_])) return {Token::Kind::field, name()};
        return {Token::Kind::dot};
      default:
        break;
    }
    if (action_.substr(at_, 2) == ":=") return symbol(Token::Kind::declare, 2);
    if ((c >= '0' && c <= '9') || c == '-' || c == '+') return number();
    if (is_name(c)) return word();
    fail_at(action_, fmt::format("unexpected '{}'", printable(std::string_view(&c, 1))));
  }

  Token word() {
    std::string text = name();
    if (text == "true" || text == "false") return {Token::Kind::literal, {}, text == "true"};
    if (text == "nil") return {Token::Kind::literal, {}, nullptr};
    return {Token::Kind::word, std::move(text)};
  }

  Token number() {
    const std::size_t start = at_++;
    while (at_ < action_.size() && (is_name(action_[at_]) || action_[at_] == '.')) ++at_;
    const std::string_view text = action_.substr(start, at_ - start);
    if (const auto whole = parse_int(text)) return {Token::Kind::literal, {}, *whole};
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
      fail_at(action_, fmt::format("bad number {}", printable(text)));
    }
    return {Token::Kind::literal, {}, value};
  }

  Token raw() {
    const std::size_t end = action_.find('`', at_ + 1);
    if (end == action_.npos) fail_at(action_, "unterminated string");
    Token token{Token::Kind::literal, {}, std::string(action_.substr(at_ + 1, end - at_ - 1))};
    at_ = end + 1;
    return token;
  }

  Token quoted() {
    std::string text;
    for (++at_; at_ < action_.size() && action_[at_] != '"'; ++at_) {
      if (action_[at_] != '\\') {
        text += action_[at_];
        continue;
      }
      static constexpr std::string_view letters = "nrt\"\\";
      static constexpr std::string_view meanings = "\n\r\t\"\\";
      const std::size_t which = ++at_ < action_.size() ? letters.find(action_[at_]) : letters.npos;
      if (which == letters.npos) fail_at(action_, "unknown escape");
      text += meanings[which];
    }
    if (at_ >= action_.size()) fail_at(action_, "unterminated string");
    ++at_;
    return {Token::Kind::literal, {}, std::move(text)};
  }

  std::string_view action_;
  std::size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Piece> split_pieces(std::string_view text) {
  std::vector<Piece> pieces;
  bool trim_next = false;
  while (true) {
    const std::size_t start = text.find("{{");
    std::string before(trim_next ? trim_start(text.substr(0, start)) : text.substr(0, start));
    if (start == text.npos) {
      pieces.push_back({false, std::move(before)});
      return pieces;
    }
    text.remove_prefix(start + 2);
    if (text.size() > 1 && text[0] == '-' && is_space(text[1])) {
      text.remove_prefix(1);
      trim_end(before);
    }
    pieces.push_back({false, std::move(before)});
    const std::size_t end = end_of_action(text);
    if (end == text.npos) fail(ErrorKind::invalid, "template: \"{{{{\" without \"}}}}\"");
    std::string_view action = text.substr(0, end);
    trim_next = action.size() > 1 && action.back() == '-' && is_space(action[action.size() - 2]);
    if (trim_next) action.remove_suffix(1);
    pieces.push_back({true, std::string(trim(action))});
    text.remove_prefix(end + 2);
  }
}

std::vector<Token> tokenize(std::string_view action) { return Tokenizer(action).run(); }

}  // namespace lade::cmd::go_template
