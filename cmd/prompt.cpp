#include "cmd/prompt.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "cmd/signals.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/stream/cancellable.h"

namespace lade::cmd {
namespace {

constexpr std::size_t line_limit_bytes = 4096;
constexpr std::uint64_t secret_limit_bytes = 64U << 10U;

/// A terminal that does not show what is typed, until this ends.
class Hidden {
 public:
  Hidden() {
    if (::tcgetattr(STDIN_FILENO, &before_) != 0) fail_errno("cannot read the terminal's settings");
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    // what was typed before the question stays, as with every other prompt
    if (::tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet) != 0) fail_errno("cannot hide what is typed");
  }
  Hidden(const Hidden&) = delete;
  Hidden& operator=(const Hidden&) = delete;
  ~Hidden() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }

 private:
  termios before_{};
};

void show(std::string_view text) {
  if (::write(STDERR_FILENO, text.data(), text.size()) < 0) fail_errno("cannot ask");
}

void require_terminal(std::string_view instead) {
  if (::isatty(STDIN_FILENO) == 1) return;
  fail(ErrorKind::invalid, "there is no terminal to ask at: {}", instead);
}

/// One byte at a time: what stands behind the line is somebody else's.
std::string read_line() {
  std::string line;
  while (line.size() < line_limit_bytes) {
    wait_for(STDIN_FILENO, POLLIN, &cancel_on_signals());
    char byte = 0;
    const ssize_t got = ::read(STDIN_FILENO, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_errno("cannot read the answer");
    if (got == 0 && line.empty()) fail(ErrorKind::cancelled, "nobody answered");
    if (got == 0 || byte == '\n') break;
    line += byte;
  }
  return line;
}

}  // namespace

std::string ask_line(std::string_view question, std::string_view instead) {
  require_terminal(instead);
  show(question);
  return read_line();
}

Secret ask_secret(std::string_view question, std::string_view instead) {
  require_terminal(instead);
  const Hidden hidden;
  show(question);
  std::string line = read_line();
  show("\n");
  Secret secret(line);
  wipe(line);
  return secret;
}

Secret read_secret_from_stdin() {
  std::string text = read_all(STDIN_FILENO, "standard input", secret_limit_bytes);
  std::string_view kept = text;
  for (const char end : {'\n', '\r'}) {
    if (kept.ends_with(end)) kept.remove_suffix(1);
  }
  Secret secret(kept);
  wipe(text);
  if (secret.empty()) fail(ErrorKind::invalid, "there is no password on standard input");
  return secret;
}

}  // namespace lade::cmd
