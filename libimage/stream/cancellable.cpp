// A read or write that waits for another process cannot be called back, so it is begun only when
// poll(2), which watches the token as well, says that it will not wait. A pipe that is writable
// takes PIPE_BUF bytes at once and no more is promised; regular files never wait.
#include "libimage/stream/cancellable.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include <algorithm>
#include <climits>

#include "libimage/base/error.h"

namespace lade {
namespace {

class CancellableSource final : public Source {
 public:
  CancellableSource(std::unique_ptr<Source> inner, const CancelToken* token)
      : inner_(std::move(inner)), token_(token) {}
  std::size_t read(std::span<std::byte> buffer) override {
    require_going_on(token_);
    return inner_->read(buffer);
  }

 private:
  std::unique_ptr<Source> inner_;
  const CancelToken* token_;
};

bool is_regular(int number) {
  struct stat status {};
  return ::fstat(number, &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::unique_ptr<Source> cancellable(std::unique_ptr<Source> inner, const CancelToken* token) {
  if (token == nullptr) return inner;
  return std::make_unique<CancellableSource>(std::move(inner), token);
}

void wait_for(int number, short events, const CancelToken* token) {
  // poll passes over a negative descriptor
  pollfd watched[] = {{number, events, 0},
                      {token == nullptr ? -1 : token->descriptor(), POLLIN, 0}};
  while (::poll(watched, 2, -1) < 0) {
    if (errno != EINTR) fail_errno("cannot wait for a descriptor");
  }
  require_going_on(token);
}

Fd open_to_read(const std::string& path) {
  Fd file = open_fd(path, O_RDONLY | O_NONBLOCK);
  if (::fcntl(file.get(), F_SETFL, O_RDONLY) != 0) fail_errno("cannot open {}", path);
  return file;
}

std::size_t CancellableFdSource::read(std::span<std::byte> buffer) {
  wait_for(file_.get(), POLLIN, token_);
  try {
    return read_some(file_.get(), buffer);
  } catch (Error& error) {
    error.add_context(name_);
    throw;
  }
}

void CancellableFdSink::write(std::span<const std::byte> bytes) {
  if (token_ == nullptr || is_regular(number_)) {
    require_going_on(token_);
    return inner_.write(bytes);
  }
  while (!bytes.empty()) {
    wait_for(number_, POLLOUT, token_);
    const std::size_t count = std::min<std::size_t>(bytes.size(), PIPE_BUF);
    inner_.write(bytes.first(count));
    bytes = bytes.subspan(count);
  }
}

}  // namespace lade
