#pragma once

#include <fmt/format.h>

#include <cerrno>
#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace lade {

/// What went wrong, in the one vocabulary that callers may branch on. `cmd` maps each kind to an
/// exit code.
enum class ErrorKind {
  invalid,      ///< the request makes no sense: bad syntax, contradictory flags
  not_found,    ///< the named thing does not exist
  corrupt,      ///< bytes are not what their digest, size or format promised
  unsupported,  ///< well-formed, but nothing Lade handles
  denied,       ///< permission or policy
  conflict,     ///< exists already, in use, or changed under us
  unavailable,  ///< a service or network did not answer; a retry may help
  io,           ///< the operating system refused: disk full, bad descriptor
  cancelled,    ///< the user or a failed sibling stopped it
  internal      ///< a defect in Lade
};

/// The kind as one lower-case word, e.g. `not_found`.
std::string_view to_string(ErrorKind kind);

/// The only exception Lade's libraries throw on purpose. A message names the action, the object,
/// what was wanted and what was got; callers add the outer view with `add_context`.
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message) : kind_(kind), text_(std::move(message)) {}

  ErrorKind kind() const noexcept { return kind_; }
  const char* what() const noexcept override { return text_.c_str(); }
  const std::string& message() const noexcept { return text_; }

  /// Puts `context: ` before the message. A handler says `error.add_context(…); throw;`, which
  /// keeps the type of what was thrown.
  void add_context(std::string_view context);

 private:
  ErrorKind kind_;
  std::string text_;
};

/// Throws `Error` with a formatted message.
template <class... Args>
[[noreturn]] void fail(ErrorKind kind, fmt::format_string<Args...> format, Args&&... args) {
  throw Error(kind, fmt::format(format, std::forward<Args>(args)...));
}

/// The kind an `errno` value stands for: ENOENT is `not_found`, EACCES `denied`, EEXIST `conflict`,
/// anything else `io`.
ErrorKind kind_of_errno(int error_number) noexcept;

/// Throws for a failed system call: "<action>: <strerror>".
[[noreturn]] void fail_errno(int error_number, std::string_view action);

/// As above, with a formatted action; reads `errno` first of all.
template <class... Args>
[[noreturn]] void fail_errno(fmt::format_string<Args...> format, Args&&... args) {
  const int error_number = errno;
  fail_errno(error_number, std::string_view(fmt::format(format, std::forward<Args>(args)...)));
}

}  // namespace lade
