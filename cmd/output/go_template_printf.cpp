#include <algorithm>
#include <cstdint>

#include "cmd/output/go_template_functions.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd::go_template {
namespace {

constexpr std::size_t width_limit = 4096;

/// "%-10.3s": what stands between the percent sign and the verb.
struct Verb {
  bool left = false;
  bool zeros = false;
  bool plus = false;
  std::size_t width = 0;
  std::size_t precision = std::string::npos;
  char letter = 0;
};

std::size_t take_number(std::string_view format, std::size_t& at) {
  std::size_t number = 0;
  while (at < format.size() && format[at] >= '0' && format[at] <= '9' && number <= width_limit) {
    number = number * 10 + static_cast<std::size_t>(format[at++] - '0');
  }
  return std::min(number, width_limit);
}

Verb take_verb(std::string_view format, std::size_t& at) {
  Verb verb;
  for (; at < format.size(); ++at) {
    if (format[at] == '-') {
      verb.left = true;
    } else if (format[at] == '0') {
      verb.zeros = true;
    } else if (format[at] == '+') {
      verb.plus = true;
    } else {
      break;
    }
  }
  verb.width = take_number(format, at);
  if (at < format.size() && format[at] == '.') verb.precision = take_number(format, ++at);
  if (at == format.size()) fail(ErrorKind::invalid, "template: printf ends in a lone \"%\"");
  verb.letter = format[at++];
  return verb;
}

std::string whole_number(const Verb& verb, const Json& value) {
  if (!value.is_number_integer()) {
    fail(ErrorKind::invalid, "template: printf %{} wants a whole number, got {}", verb.letter,
         to_compact(value));
  }
  const auto number = value.get<std::int64_t>();
  if (verb.letter == 'x') return fmt::format("{:x}", number);
  return verb.plus && number >= 0 ? fmt::format("+{}", number) : std::to_string(number);
}

std::string hex_text(const Json& value) {
  const std::string text = value.get<std::string>();
  return to_hex(std::as_bytes(std::span(text)));
}

std::string formatted(const Verb& verb, const Json& value) {
  switch (verb.letter) {
    case 's':
    case 'v':
      return verb.precision == std::string::npos ? to_text(value)
                                                 : to_text(value).substr(0, verb.precision);
    case 't':
      return to_text(value);
    case 'q':
      return to_compact(value.is_string() ? value : Json(to_text(value)));
    case 'x':
      return value.is_string() ? hex_text(value) : whole_number(verb, value);
    case 'd':
      return whole_number(verb, value);
    case 'f':
      if (!value.is_number()) break;
      return fmt::format("{:.{}f}", value.get<double>(),
                         verb.precision == std::string::npos ? 6 : verb.precision);
    default:
      fail(ErrorKind::invalid, "template: printf knows %s %v %q %d %x %f %t, not %{}",
           printable(std::string_view(&verb.letter, 1)));
  }
  fail(ErrorKind::invalid, "template: printf %{} wants a number, got {}", verb.letter,
       to_compact(value));
}

std::string padded(const Verb& verb, std::string text) {
  // continuation bytes of UTF-8 take no column
  const auto columns = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
  if (columns >= verb.width) return text;
  const std::size_t missing = verb.width - columns;
  if (verb.left) return text + std::string(missing, ' ');
  return std::string(missing, verb.zeros ? '0' : ' ') + text;
}

}  // namespace

std::string format_values(const std::vector<Json>& arguments) {
  if (arguments.empty() || !arguments[0].is_string()) {
    fail(ErrorKind::invalid, "template: printf wants a format first");
  }
  const std::string format = arguments[0].get<std::string>();
  std::string result;
  std::size_t next = 1;
  for (std::size_t at = 0; at < format.size();) {
    if (format[at] != '%') {
      result += format[at++];
      continue;
    }
    const Verb verb = take_verb(format, ++at);
    if (verb.letter == '%') {
      result += '%';
    } else if (next < arguments.size()) {
      result += padded(verb, formatted(verb, arguments[next++]));
    } else {
      fail(ErrorKind::invalid, "template: printf \"{}\" has fewer values than verbs",
           printable(format));
    }
  }
  if (next != arguments.size()) {
    fail(ErrorKind::invalid, "template: printf \"{}\" has more values than verbs",
         printable(format));
  }
  return result;
}

}  // namespace lade::cmd::go_template
