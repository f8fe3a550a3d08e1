#include "cmd/output/go_template_functions.h"

#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd::go_template {
namespace {

using Arguments = std::vector<Json>;

std::string text_argument(std::string_view function, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  fail(ErrorKind::invalid, "template: {} wants a text, got {}", function, to_compact(value));
}

Json index_value(const Arguments& arguments) {
  Json value = arguments[0];
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const Json& key = arguments[i];
    if (value.is_object() && key.is_string()) {
      const auto found = value.find(key.get<std::string>());
      // Go's maps answer their values' zero for a key they lack
      value = found == value.end() ? Json("") : Json(*found);
    } else if (value.is_array() && key.is_number_integer()) {
      const auto at = key.get<std::int64_t>();
      if (at < 0 || static_cast<std::size_t>(at) >= value.size()) {
        fail(ErrorKind::invalid, "template: index {} of a list of {}", at, value.size());
      }
      value = Json(value[static_cast<std::size_t>(at)]);
    } else if (value.is_null()) {
      return "";
    } else {
      fail(ErrorKind::invalid, "template: cannot index {} by {}", value.type_name(),
           to_compact(key));
    }
  }
  return value;
}

Json length(const Json& value) {
  if (value.is_string()) return value.get<std::string>().size();
  if (value.is_null()) return 0;
  if (value.is_array() || value.is_object()) return value.size();
  fail(ErrorKind::invalid, "template: len of {}", to_compact(value));
}

Json joined(const Arguments& arguments) {
  if (!arguments[0].is_array() && !arguments[0].is_null()) {
    fail(ErrorKind::invalid, "template: join wants a list first, got {}", to_compact(arguments[0]));
  }
  std::vector<std::string> parts;
  for (const Json& part : arguments[0]) parts.push_back(to_text(part));
  return join(parts, text_argument("join", arguments[1]));
}

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string title(std::string text) {
  if (!text.empty()) text[0] = upper(text.substr(0, 1))[0];
  return text;
}

bool equal_to_any(const Arguments& arguments) {
  return std::any_of(arguments.begin() + 1, arguments.end(),
                     [&](const Json& other) { return arguments[0] == other; });
}

/// Only what Go would compare: two numbers, or two texts.
bool less(const Json& a, const Json& b) {
  if ((a.is_number() && b.is_number()) || (a.is_string() && b.is_string())) return a < b;
  fail(ErrorKind::invalid, "template: cannot compare {} with {}", to_compact(a), to_compact(b));
}

std::string print(const Arguments& arguments, bool line) {
  std::string text;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (i > 0 && (line || !(arguments[i].is_string() || arguments[i - 1].is_string()))) text += ' ';
    text += to_text(arguments[i]);
  }
  return line ? text + "\n" : text;
}

Json split_text(const Arguments& arguments) {
  const std::string text = text_argument("split", arguments[0]);
  const std::string separator = text_argument("split", arguments[1]);
  if (separator.size() != 1) {
    fail(ErrorKind::invalid, "template: split wants a separator of one byte");
  }
  return split(text, separator[0]);
}

struct Function {
  std::string_view name;
  std::size_t least;
  std::size_t most;
  Json (*call)(const Arguments& arguments);
};

constexpr std::size_t any = SIZE_MAX;

constexpr std::array functions{
    // "and" and "or" of all values; the evaluator stops early where Go does
    Function{"and", 1, any, [](const Arguments& a) -> Json { return a.back(); }},
    Function{"or", 1, any, [](const Arguments& a) -> Json { return a.back(); }},
    Function{"not", 1, 1, [](const Arguments& a) -> Json { return !is_true(a[0]); }},
    Function{"eq", 2, any, [](const Arguments& a) -> Json { return equal_to_any(a); }},
    Function{"ne", 2, 2, [](const Arguments& a) -> Json { return a[0] != a[1]; }},
    Function{"lt", 2, 2, [](const Arguments& a) -> Json { return less(a[0], a[1]); }},
    Function{"le", 2, 2, [](const Arguments& a) -> Json { return !less(a[1], a[0]); }},
    Function{"gt", 2, 2, [](const Arguments& a) -> Json { return less(a[1], a[0]); }},
    Function{"ge", 2, 2, [](const Arguments& a) -> Json { return !less(a[0], a[1]); }},
    Function{"index", 1, any, index_value},
    Function{"len", 1, 1, [](const Arguments& a) -> Json { return length(a[0]); }},
    Function{"join", 2, 2, joined},
    Function{"split", 2, 2, split_text},
    Function{"json", 1, 1, [](const Arguments& a) -> Json { return to_compact(a[0]); }},
    Function{"upper", 1, 1,
             [](const Arguments& a) -> Json { return upper(text_argument("upper", a[0])); }},
    Function{"lower", 1, 1,
             [](const Arguments& a) -> Json { return to_lower(text_argument("lower", a[0])); }},
    Function{"title", 1, 1,
             [](const Arguments& a) -> Json { return title(text_argument("title", a[0])); }},
    Function{"print", 0, any, [](const Arguments& a) -> Json { return print(a, false); }},
    Function{"println", 0, any, [](const Arguments& a) -> Json { return print(a, true); }},
    Function{"printf", 1, any, [](const Arguments& a) -> Json { return format_values(a); }},
};

const Function* find_function(std::string_view name) {
  const auto found = std::find_if(functions.begin(), functions.end(),
                                  [&](const Function& entry) { return entry.name == name; });
  return found == functions.end() ? nullptr : &*found;
}

}  // namespace

void require_function(std::string_view name) {
  if (find_function(name) != nullptr) return;
  if (name[0] >= 'A' && name[0] <= 'Z') {
    fail(ErrorKind::invalid, "template: there is no function \"{}\"; fields begin with a dot: .{}",
         printable(name), printable(name));
  }
  std::vector<std::string_view> names;
  for (const Function& function : functions) names.push_back(function.name);
  const auto near = did_you_mean(name, names);
  fail(ErrorKind::invalid, "template: there is no function \"{}\"{}", printable(name),
       near ? fmt::format(", did you mean \"{}\"?", *near) : "");
}

Json call_function(std::string_view name, const std::vector<Json>& arguments) {
  const Function* function = find_function(name);
  if (arguments.size() < function->least || arguments.size() > function->most) {
    fail(ErrorKind::invalid, "template: {} wants {} value{}, got {}", name, function->least,
         function->most == any ? " or more" : "s", arguments.size());
  }
  return function->call(arguments);
}

bool is_true(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.empty();
}

std::string to_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "<no value>";
  if (value.is_array()) {
    std::vector<std::string> parts;
    for (const Json& part : value) parts.push_back(to_text(part));
    return fmt::format("[{}]", join(parts, " "));
  }
  if (!value.is_object()) return to_compact(value);
  std::vector<std::string> parts;
  for (const auto& [key, part] : value.items()) parts.push_back(key + ":" + to_text(part));
  std::sort(parts.begin(), parts.end());
  return "map[" + join(parts, " ") + "]";
}

}  // namespace lade::cmd::go_template
