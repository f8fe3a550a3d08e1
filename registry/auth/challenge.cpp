// The comma has two meanings in this header: it parts challenges, and the parameters of one. What
// follows a comma is a parameter exactly if it is a token before "=": a scheme never is.
#include "registry/auth/challenge.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::registry {
namespace {

constexpr std::size_t header_limit_bytes = 64U << 10U;
constexpr std::size_t challenge_limit = 32;
constexpr std::size_t parameter_limit = 32;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_token(char c) {
  return is_alphanumeric(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

bool is_token68(char c) {
  return is_alphanumeric(c) || std::string_view("-._~+/").find(c) != std::string_view::npos;
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

class HeaderParser {
 public:
  HeaderParser(std::string_view text, std::vector<Challenge>& challenges)
      : text_(text), challenges_(challenges) {}

  void parse() {
    bool in_challenge = false;  // of this header, and one that takes parameters
    for (skip_commas(); !at_end(); skip_commas()) {
      if (!in_challenge || !is_parameter_next()) {
        in_challenge = parse_scheme();
      } else {
        parse_parameter(challenges_.back());
      }
      skip_blanks();
      if (!at_end() && peek() != ',') malformed("a comma");
    }
  }

 private:
  /// True if parameters may follow.
  bool parse_scheme() {
    if (challenges_.size() == challenge_limit) malformed("fewer challenges");
    Challenge challenge;
    challenge.scheme = to_lower(token("a scheme"));
    challenges_.push_back(std::move(challenge));
    const bool blank_follows = !at_end() && is_blank(peek());
    skip_blanks();
    if (at_end() || peek() == ',') return true;
    if (!blank_follows) malformed("a blank after the scheme");
    if (parse_token68(challenges_.back())) return false;
    parse_parameter(challenges_.back());
    return true;
  }

  bool parse_token68(Challenge& challenge) {
    std::size_t end = at_;
    while (end < text_.size() && is_token68(text_[end])) ++end;
    while (end < text_.size() && text_[end] == '=') ++end;
    std::size_t next = end;
    while (next < text_.size() && is_blank(text_[next])) ++next;
    if (end == at_ || (next < text_.size() && text_[next] != ',')) return false;
    challenge.token68 = text_.substr(at_, end - at_);
    at_ = end;
    return true;
  }

  bool is_parameter_next() const {
    std::size_t next = at_;
    while (next < text_.size() && is_token(text_[next])) ++next;
    while (next < text_.size() && is_blank(text_[next])) ++next;
    return next < text_.size() && text_[next] == '=';
  }

  void parse_parameter(Challenge& challenge) {
    if (challenge.parameters.size() == parameter_limit) malformed("fewer parameters");
    std::string name = to_lower(token("a parameter"));
    skip_blanks();
    if (at_end() || peek() != '=') malformed("\"=\"");
    ++at_;
    skip_blanks();
    if (challenge.find(name)) malformed("a parameter that did not occur before");
    std::string value = !at_end() && peek() == '"' ? quoted() : unquoted();
    challenge.parameters.emplace_back(std::move(name), std::move(value));
  }

  std::string quoted() {
    std::string value;
    for (++at_; !at_end() && peek() != '"'; ++at_) {
      if (peek() == '\\') ++at_;
      if (at_end()) break;
      if (is_control(peek()) && peek() != '\t') malformed("no control byte");
      value += peek();
    }
    if (at_end()) malformed("the quote that ends the value");
    ++at_;
    return value;
  }

  std::string unquoted() {
    const std::size_t begin = at_;
    while (!at_end() && peek() != ',' && !is_blank(peek())) {
      if (is_control(peek()) || peek() == '"') malformed("a value");
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view token(std::string_view wanted) {
    const std::size_t begin = at_;
    while (!at_end() && is_token(peek())) ++at_;
    if (at_ == begin) malformed(wanted);
    return text_.substr(begin, at_ - begin);
  }

  void skip_blanks() {
    while (!at_end() && is_blank(peek())) ++at_;
  }
  void skip_commas() {
    while (!at_end() && (is_blank(peek()) || peek() == ',')) ++at_;
  }

  [[noreturn]] void malformed(std::string_view wanted) const {
    constexpr std::size_t shown = 200;
    fail(ErrorKind::corrupt,
         "the registry's WWW-Authenticate header \"{}{}\" is malformed at byte {}: wanted {}",
         printable(text_.substr(0, shown)), text_.size() > shown ? "…" : "", at_ + 1, wanted);
  }

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return text_[at_]; }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Challenge>& challenges_;
};

}  // namespace

std::optional<std::string> Challenge::find(std::string_view name) const {
  const auto found = std::ranges::find(
      parameters, name, [](const auto& item) { return std::string_view(item.first); });
  return found == parameters.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Challenge> parse_challenges(std::span<const std::string> headers) {
  std::vector<Challenge> challenges;
  for (const std::string& header : headers) {
    if (header.size() > header_limit_bytes) {
      fail(ErrorKind::corrupt,
           "the registry's WWW-Authenticate header has {} bytes, at most {} are read",
           header.size(), header_limit_bytes);
    }
    HeaderParser(header, challenges).parse();
  }
  return challenges;
}

}  // namespace lade::registry
