#include "cmd/secret_input.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cstdint>
#include <span>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"

namespace lade::cmd {
namespace {

constexpr std::size_t password_limit_bytes = 4096;

Secret without_line_end(const Secret& text, const std::string& name) {
  std::string_view kept = text.reveal();
  for (const char end : {'\n', '\r'}) {
    if (kept.ends_with(end)) kept.remove_suffix(1);
  }
  if (kept.find('\n') == std::string_view::npos) return Secret(kept);
  fail(ErrorKind::invalid, "{} has more than one line; wanted a passphrase", name);
}

}  // namespace

Secret read_secret(int number, const std::string& name, std::size_t limit_bytes) {
  std::string buffer(limit_bytes + 1, '\0');
  const std::size_t size = read_full(number, std::as_writable_bytes(std::span(buffer)));
  if (size > limit_bytes) {
    wipe(buffer);
    fail(ErrorKind::invalid, "{} is larger than the {} bytes allowed", name, limit_bytes);
  }
  Secret secret(std::string_view(buffer).substr(0, size));
  wipe(buffer);
  return secret;
}

Secret read_secret_file(const std::string& path, std::size_t limit_bytes) {
  const Fd file = open_fd(path, O_RDONLY);
  return read_secret(file.get(), path, limit_bytes);
}

Secret read_secret_line(int number, const std::string& name) {
  return without_line_end(read_secret(number, name, password_limit_bytes), name);
}

Secret read_secret_line_of_file(const std::string& path) {
  return without_line_end(read_secret_file(path, password_limit_bytes), path);
}

void hide_memory() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) fail_errno("cannot turn core dumps off");
  // a limit does not hold what the kernel pipes to a program
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail_errno("cannot turn core dumps off");
}

}  // namespace lade::cmd
