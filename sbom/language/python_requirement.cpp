// Markers are a small language: comparisons joined by "and" and "or", "and" the tighter, in
// parentheses as deep as one likes. A recursive descent reads it, bounded in depth.
#include "sbom/language/python_requirement.h"

#include <algorithm>
#include <vector>

#include "libimage/base/text.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/python_metadata.h"

namespace lade::sbom {
namespace {

constexpr std::string_view name_letters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
constexpr int marker_depth_limit = 32;

/// A side of a comparison: a quoted text, or a variable with what is known of it.
struct MarkerTerm {
  std::string text;
  bool is_known = false;
  bool is_version = false;
};

/// The numbers of "3.11.2"; of anything else those up to it.
std::vector<std::int64_t> version_numbers(std::string_view text) {
  std::vector<std::int64_t> numbers;
  for (const std::string& part : split(text, '.')) {
    const auto number = parse_int(part);
    if (!number) break;
    numbers.push_back(*number);
  }
  while (!numbers.empty() && numbers.back() == 0) numbers.pop_back();
  return numbers;
}

bool holds_version(std::string_view left, std::string_view op, std::string_view right) {
  const bool is_prefix = right.ends_with(".*");
  if (is_prefix) right.remove_suffix(2);
  std::vector<std::int64_t> a = version_numbers(left);
  const std::vector<std::int64_t> b = version_numbers(right);
  if (is_prefix) a.resize(std::min(a.size(), b.size()));
  if (op == "<") return a < b;
  if (op == "<=") return a <= b;
  if (op == ">") return a > b;
  if (op == ">=") return a >= b;
  if (op == "!=") return a != b;
  if (op == "==" || op == "===") return a == b;
  return true;
}

bool holds_text(const std::string& left, std::string_view op, const std::string& right) {
  if (op == "==" || op == "===") return left == right;
  if (op == "!=") return left != right;
  if (op == "in") return right.find(left) != std::string::npos;
  if (op == "not in") return right.find(left) == std::string::npos;
  return true;
}

class MarkerReader {
 public:
  MarkerReader(std::string_view text, std::string_view python_version)
      : rest_(text), python_version_(python_version) {}

  bool read() {
    const bool holds = any(0);
    return is_broken_ || !trim(rest_).empty() || holds;
  }

 private:
  bool any(int depth) {
    bool holds = all(depth);
    while (!is_broken_ && take_word("or")) holds = all(depth) || holds;
    return holds;
  }

  bool all(int depth) {
    bool holds = one(depth);
    while (!is_broken_ && take_word("and")) holds = one(depth) && holds;
    return holds;
  }

  bool one(int depth) {
    if (depth > marker_depth_limit) {
      is_broken_ = true;
      return true;
    }
    if (take("(")) {
      const bool holds = any(depth + 1);
      if (!take(")")) is_broken_ = true;
      return holds;
    }
    const MarkerTerm left = term();
    const std::string_view op = comparison();
    const MarkerTerm right = term();
    if (is_broken_ || !left.is_known || !right.is_known) return true;
    if ((left.is_version || right.is_version) && op != "in" && op != "not in") {
      return holds_version(left.text, op, right.text);
    }
    return holds_text(left.text, op, right.text);
  }

  std::string_view comparison() {
    for (const std::string_view op : {"===", "==", "!=", "<=", ">=", "~=", "<", ">"}) {
      if (take(op)) return op;
    }
    if (take_word("in")) return "in";
    if (take_word("not") && take_word("in")) return "not in";
    is_broken_ = true;
    return {};
  }

  MarkerTerm term() {
    rest_ = trim(rest_);
    if (!rest_.empty() && (rest_[0] == '"' || rest_[0] == '\'')) {
      const std::size_t end = rest_.find(rest_[0], 1);
      if (end != std::string_view::npos) {
        const std::string text(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        return {.text = text, .is_known = true};
      }
    }
    const std::string_view name = rest_.substr(0, rest_.find_first_not_of(name_letters));
    if (name.empty() || rest_.starts_with('"')) is_broken_ = true;
    rest_.remove_prefix(name.size());
    return variable(name);
  }

  MarkerTerm variable(std::string_view name) const {
    if (name == "extra") return {.text = {}, .is_known = true};
    if (name == "os_name" || name == "os.name") return {.text = "posix", .is_known = true};
    if (name == "sys_platform" || name == "sys.platform") {
      return {.text = "linux", .is_known = true};
    }
    if (name == "platform_system") return {.text = "Linux", .is_known = true};
    if (name == "implementation_name") return {.text = "cpython", .is_known = true};
    if (name == "platform_python_implementation" || name == "python_implementation") {
      return {.text = "CPython", .is_known = true};
    }
    if (name == "python_version") {
      return {.text = std::string(python_version_),
              .is_known = !python_version_.empty(),
              .is_version = true};
    }
    return {};
  }

  bool take(std::string_view mark) {
    rest_ = trim(rest_);
    if (!rest_.starts_with(mark)) return false;
    rest_.remove_prefix(mark.size());
    return true;
  }

  bool take_word(std::string_view word) {
    rest_ = trim(rest_);
    const std::string_view next = rest_.substr(0, rest_.find_first_not_of(name_letters));
    if (next != word) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::string_view rest_;
  std::string_view python_version_;
  bool is_broken_ = false;
};

}  // namespace

bool marker_holds(std::string_view marker, std::string_view python_version) {
  return MarkerReader(marker, python_version).read();
}

std::optional<std::string> required_name(std::string_view requirement,
                                         std::string_view python_version) {
  requirement = trim(requirement);
  const std::string_view name = requirement.substr(0, requirement.find_first_not_of(name_letters));
  if (!is_word(name)) return std::nullopt;
  const std::size_t semicolon = requirement.find(';');
  if (semicolon != std::string_view::npos &&
      !marker_holds(requirement.substr(semicolon + 1), python_version)) {
    return std::nullopt;
  }
  return normalize_python_name(name);
}

}  // namespace lade::sbom
