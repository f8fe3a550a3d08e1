// Recursive descent over a flat list of words: any_of = all_of {OR all_of}, all_of = single {AND
// single}, single = "(" any_of ")" | license ["+"] [WITH exception]. SPDX 2.3 wants operators in
// capitals, 3.0 takes them in small letters too; a mixture of both is neither.
#include <algorithm>
#include <optional>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {
namespace {

bool is_id_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

struct ExpressionWord {
  std::string_view text{};
  std::size_t column = 0;  ///< from 1
};

/// Whether `text` is `prefix`, in whatever case, and an idstring behind it.
bool is_named(std::string_view text, std::string_view prefix) {
  return text.size() > prefix.size() &&
         to_lower(text.substr(0, prefix.size())) == to_lower(prefix) &&
         std::all_of(text.begin(), text.end(), is_id_byte);
}

/// "[DocumentRef-x:]LicenseRef-y" with the prefixes as the specification writes them.
std::optional<std::string> find_reference(std::string_view text, std::string_view prefix) {
  constexpr std::string_view document = "DocumentRef-";
  std::string reference;
  if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    const std::string_view name = text.substr(0, colon);
    if (!is_named(name, document)) return std::nullopt;
    reference.append(document).append(name.substr(document.size())).append(":");
    text.remove_prefix(colon + 1);
  }
  if (!is_named(text, prefix)) return std::nullopt;
  return reference.append(prefix).append(text.substr(prefix.size()));
}

}  // namespace

class SpdxParser {
 public:
  explicit SpdxParser(std::string_view text) : text_(text) {
    if (text.size() > SpdxExpression::text_limit_bytes) {
      fail(ErrorKind::invalid, "licence expression of {} bytes, more than {}", text.size(),
           SpdxExpression::text_limit_bytes);
    }
    split_words();
  }

  SpdxExpression parse() {
    SpdxExpression expression = any_of(0);
    if (next_ < words_.size()) refuse("wanted AND, OR or the end");
    return expression;
  }

 private:
  void split_words() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const char c = text_[at];
      std::size_t length = 1;
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at;
        continue;
      }
      if (is_id_byte(c)) {
        while (at + length < text_.size() &&
               (is_id_byte(text_[at + length]) || text_[at + length] == ':')) {
          ++length;
        }
      } else if (c != '(' && c != ')' && c != '+') {
        fail(ErrorKind::invalid, "licence expression \"{}\", column {}: \"{}\" cannot stand in one",
             shown(), at + 1, printable(text_.substr(at, 1)));
      }
      words_.push_back({text_.substr(at, length), at + 1});
      at += length;
    }
  }

  std::string shown() const { return printable(text_.substr(0, 200)); }

  [[noreturn]] void refuse(std::string_view wanted) const {
    if (next_ >= words_.size()) {
      fail(ErrorKind::invalid, "licence expression \"{}\" ends too soon: {}", shown(), wanted);
    }
    fail(ErrorKind::invalid, "licence expression \"{}\", column {}: {}, got \"{}\"", shown(),
         words_[next_].column, wanted, words_[next_].text);
  }

  bool take(std::string_view upper, std::string_view lower) {
    if (next_ >= words_.size()) return false;
    const std::string_view word = words_[next_].text;
    if (word != upper && word != lower) return false;
    ++next_;
    return true;
  }

  SpdxExpression any_of(int depth) {
    std::vector<SpdxExpression> parts;
    do parts.push_back(all_of(depth));
    while (take("OR", "or"));
    return SpdxExpression::any_of(std::move(parts));
  }

  SpdxExpression all_of(int depth) {
    std::vector<SpdxExpression> parts;
    do parts.push_back(single(depth));
    while (take("AND", "and"));
    return SpdxExpression::all_of(std::move(parts));
  }

  SpdxExpression single(int depth) {
    if (depth >= SpdxExpression::depth_limit) {
      fail(ErrorKind::invalid, "licence expression \"{}\" nests deeper than {}", shown(),
           SpdxExpression::depth_limit);
    }
    if (take("(", "(")) {
      SpdxExpression inner = any_of(depth + 1);
      if (!take(")", ")")) refuse("wanted \")\"");
      return inner;
    }
    if (++licenses_ > SpdxExpression::license_limit) {
      fail(ErrorKind::invalid, "licence expression \"{}\" has more than {} licences", shown(),
           SpdxExpression::license_limit);
    }
    SpdxLicense license = license_id();
    if (take("WITH", "with")) {
      if (!license.exception.empty()) {
        --next_;
        refuse("wanted no second exception");
      }
      license.exception = exception_id();
    }
    return SpdxExpression::of(std::move(license));
  }

  SpdxLicense license_id() {
    if (next_ >= words_.size() || !is_id_byte(words_[next_].text.front())) {
      refuse("wanted a licence");
    }
    const ExpressionWord word = words_[next_];
    const bool plus = next_ + 1 < words_.size() && words_[next_ + 1].text == "+" &&
                      words_[next_ + 1].column == word.column + word.text.size();
    if (auto reference = find_reference(word.text, "LicenseRef-")) {
      if (plus) refuse("wanted no \"+\" behind a LicenseRef-");
      ++next_;
      return {std::move(*reference), false, {}};
    }
    const LicenseInfo* const info = find_license(word.text);
    if (info == nullptr) refuse("wanted an id of the SPDX licence list");
    next_ += plus ? 2 : 1;
    return today(*info, plus);
  }

  /// The licence in the words of today's list.
  static SpdxLicense today(const LicenseInfo& info, bool plus) {
    const std::string_view replacement = replacement_of(info.id);
    std::string id(replacement.empty() ? info.id : replacement);
    std::string exception;
    if (const auto with = id.find(" WITH "); with != std::string::npos) {
      exception = id.substr(with + 6);
      id.resize(with);
    }
    if (plus && id.ends_with("-only")) {
      id.replace(id.size() - 4, 4, "or-later");
      plus = false;
    }
    if (id.ends_with("-or-later")) plus = false;
    return {std::move(id), plus, std::move(exception)};
  }

  std::string exception_id() {
    if (next_ >= words_.size()) refuse("wanted an exception");
    const std::string_view word = words_[next_].text;
    if (auto reference = find_reference(word, "AdditionRef-")) {
      ++next_;
      return std::move(*reference);
    }
    const ExceptionInfo* const info = find_exception(word);
    if (info == nullptr) refuse("wanted an exception of the SPDX licence list");
    ++next_;
    return std::string(info->id);
  }

  std::string_view text_;
  std::vector<ExpressionWord> words_{};
  std::size_t next_ = 0;
  std::size_t licenses_ = 0;
};

SpdxExpression SpdxExpression::parse(std::string_view text) { return SpdxParser(text).parse(); }

}  // namespace lade::sbom
