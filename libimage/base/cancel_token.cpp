#include "libimage/base/cancel_token.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "libimage/base/error.h"

namespace lade {

namespace {

void watch(int epoll, int descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    fail_errno("cannot watch an event descriptor");
  }
}

}  // namespace

CancelToken::CancelToken()
    : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      any_(::epoll_create1(EPOLL_CLOEXEC)),
      flags_{std::make_shared<std::atomic<bool>>(false)} {
  if (!event_ || !any_) fail_errno("cannot make an event descriptor");
  watch(any_.get(), event_.get());
}

void CancelToken::follow(const CancelToken& other) {
  watch(any_.get(), other.descriptor());
  flags_.insert(flags_.end(), other.flags_.begin(), other.flags_.end());
}

void CancelToken::cancel() noexcept {
  flags_.front()->store(true);
  const int saved = errno;
  const std::uint64_t one = 1;
  // a full counter, the only failure there is, is as good as one more
  [[maybe_unused]] const ssize_t put = ::write(event_.get(), &one, sizeof one);
  errno = saved;
}

bool CancelToken::cancelled() const {
  return std::any_of(flags_.begin(), flags_.end(), [](const Flag& flag) { return flag->load(); });
}

void pause(std::chrono::milliseconds time, const CancelToken* token) {
  pollfd event{token == nullptr ? -1 : token->descriptor(), POLLIN, 0};
  const auto end = std::chrono::steady_clock::now() + time;
  while (true) {
    require_going_on(token);
    const auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (rest.count() <= 0) return;
    ::poll(&event, 1, static_cast<int>(rest.count()));
  }
}

void require_going_on(const CancelToken* token) {
  if (token != nullptr && token->cancelled()) fail(ErrorKind::cancelled, "stopped");
}

}  // namespace lade
