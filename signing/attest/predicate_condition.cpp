#include "signing/attest/predicate_condition.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/pattern.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

struct Condition {
  enum class Test { equal, different, matches };

  std::string path;
  std::vector<std::string> names{};
  Test test = Test::equal;
  std::string value{};
  std::optional<Pattern> pattern{};
};

Condition parse(const std::string& text, std::string_view flag) {
  const auto at = text.find_first_of("=~!");
  const bool negated = at != std::string::npos && text[at] == '!';
  if (at == std::string::npos || at == 0 || (negated && text.compare(at, 2, "!=") != 0)) {
    fail(ErrorKind::invalid, "{} {}: wanted PATH=VALUE, PATH!=VALUE or PATH~PATTERN", flag, text);
  }
  Condition condition{.path = text.substr(0, at)};
  condition.names = split(condition.path, '.');
  condition.value = text.substr(at + (negated ? 2 : 1));
  if (negated) condition.test = Condition::Test::different;
  if (text[at] == '~') {
    condition.test = Condition::Test::matches;
    condition.pattern = Pattern::parse(condition.value, flag);
  }
  return condition;
}

/// All values that a path leads to.
void collect(const Json& value, std::span<const std::string> names,
             std::vector<const Json*>& found) {
  if (names.empty()) return found.push_back(&value);
  const std::string& name = names.front();
  const auto rest = names.subspan(1);
  if (name == "*" && value.is_structured()) {
    for (const Json& element : value) collect(element, rest, found);
  } else if (value.is_object() && value.contains(name)) {
    collect(value.at(name), rest, found);
  } else if (value.is_array()) {
    const auto number = parse_int(name);
    if (number && *number >= 0 && static_cast<std::uint64_t>(*number) < value.size()) {
      collect(value.at(static_cast<std::size_t>(*number)), rest, found);
    }
  }
}

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : to_compact(value);
}

std::optional<std::string> objection(const Condition& condition, const Json& predicate) {
  std::vector<const Json*> found;
  collect(predicate, condition.names, found);
  const auto holds = [&](const Json* value) {
    const std::string text = text_of(*value);
    return condition.pattern ? condition.pattern->matches(text) : text == condition.value;
  };
  const bool any = std::any_of(found.begin(), found.end(), holds);
  if (any != (condition.test == Condition::Test::different)) return std::nullopt;
  if (found.empty()) return fmt::format("it has no {}", condition.path);
  return fmt::format("{} is {}, wanted {}\"{}\"", condition.path, text_of(*found.front()),
                     condition.test == Condition::Test::different ? "anything but "
                     : condition.pattern                          ? "a match of "
                                                                  : "",
                     condition.value);
}

}  // namespace

std::vector<const Json*> values_at(const Json& predicate, std::string_view path) {
  std::vector<const Json*> found;
  collect(predicate, split(path, '.'), found);
  return found;
}

std::string text_at(const Json& predicate, std::string_view path) {
  const auto found = values_at(predicate, path);
  return found.empty() || !found.front()->is_string() ? "" : found.front()->get<std::string>();
}

std::function<std::optional<std::string>(const Json&)> parse_conditions(
    const std::vector<std::string>& texts, std::string_view flag) {
  if (texts.empty()) return {};
  std::vector<Condition> conditions;
  conditions.reserve(texts.size());
  for (const std::string& text : texts) conditions.push_back(parse(text, flag));
  return [conditions](const Json& predicate) -> std::optional<std::string> {
    for (const Condition& condition : conditions) {
      if (auto what = objection(condition, predicate)) return what;
    }
    return std::nullopt;
  };
}

}  // namespace lade::signing
