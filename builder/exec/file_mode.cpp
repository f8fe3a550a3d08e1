#include "builder/exec/file_mode.h"

#include "libimage/base/error.h"

namespace lade::builder {
namespace {

constexpr std::uint32_t user_bits = 04700;
constexpr std::uint32_t group_bits = 02070;
constexpr std::uint32_t other_bits = 01007;

[[noreturn]] void refuse(std::string_view text) {
  fail(ErrorKind::invalid,
       "invalid mode \"{}\": wanted octal digits (0755) or clauses as chmod has them (u=rwX,go=rX)",
       text);
}

std::uint32_t parse_octal(std::string_view text) {
  std::uint32_t mode = 0;
  if (text.size() > 5) refuse(text);
  for (const char c : text) {
    if (c < '0' || c > '7') refuse(text);
    mode = mode * 8 + static_cast<std::uint32_t>(c - '0');
  }
  if (mode > 07777) refuse(text);
  return mode;
}

std::uint32_t who_bit(char c) {
  switch (c) {
    case 'u':
      return user_bits;
    case 'g':
      return group_bits;
    case 'o':
      return other_bits;
    case 'a':
      return user_bits | group_bits | other_bits;
    default:
      return 0;
  }
}

std::uint32_t permission_bits(char c) {
  switch (c) {
    case 'r':
      return 0444;
    case 'w':
      return 0222;
    case 'x':
      return 0111;
    case 's':
      return 06000;
    case 't':
      return 01000;
    default:
      return 0;
  }
}

/// The rwx bits of one class, spread over all three.
std::uint32_t spread(std::uint32_t mode, char from) {
  const std::uint32_t bits = from == 'u' ? mode >> 6U : from == 'g' ? mode >> 3U : mode;
  return (bits & 7U) * 0111U;
}

}  // namespace

ModeChange ModeChange::parse(std::string_view text) {
  ModeChange change;
  if (text.empty()) refuse(text);
  if (text.front() >= '0' && text.front() <= '9') {
    change.clauses_.push_back({07777, '=', parse_octal(text), false, 0});
    return change;
  }
  std::size_t at = 0;
  while (at < text.size()) {
    std::uint32_t who = 0;
    while (at < text.size() && who_bit(text[at]) != 0) who |= who_bit(text[at++]);
    if (who == 0) who = who_bit('a');
    if (at == text.size() || std::string_view("+-=").find(text[at]) == std::string_view::npos) {
      refuse(text);
    }
    while (at < text.size() && std::string_view("+-=").find(text[at]) != std::string_view::npos) {
      Clause clause{who, text[at++], 0, false, 0};
      for (; at < text.size() && text[at] != ','; ++at) {
        const char c = text[at];
        if (c == '+' || c == '-' || c == '=') break;
        if (c == 'X') {
          clause.conditional_execute = true;
        } else if (c == 'u' || c == 'g' || c == 'o') {
          clause.copy_from = c;
        } else if (permission_bits(c) != 0) {
          clause.permissions |= permission_bits(c);
        } else {
          refuse(text);
        }
      }
      change.clauses_.push_back(clause);
    }
    if (at < text.size() && (text[at] != ',' || at + 1 == text.size())) refuse(text);
    ++at;
  }
  return change;
}

std::uint32_t ModeChange::apply(std::uint32_t mode, bool is_directory) const {
  for (const Clause& clause : clauses_) {
    std::uint32_t bits = clause.permissions;
    if (clause.copy_from != 0) bits |= spread(mode, clause.copy_from);
    if (clause.conditional_execute && (is_directory || (mode & 0111U) != 0)) bits |= 0111U;
    bits &= clause.who;
    if (clause.operation == '+') {
      mode |= bits;
    } else if (clause.operation == '-') {
      mode &= ~bits;
    } else {
      mode = (mode & ~clause.who) | bits;
    }
  }
  return mode & 07777U;
}

}  // namespace lade::builder
