#pragma once

#include <algorithm>
#include <chrono>

#include "libimage/base/cancel_token.h"
#include "libimage/base/error.h"

namespace lade {

/// Does some work, and again up to `retries` times if what kept it may pass (`unavailable`): after
/// 1, 2, 4 … 64 seconds, as skopeo's and podman's --retry do. `told` hears of each failure that is
/// borne with, and how long will be waited. `cancelled` as soon as `cancel` is.
template <class Work, class Told>
auto with_retries(unsigned retries, const CancelToken* cancel, const Told& told, const Work& work) {
  for (unsigned attempt = 0;; ++attempt) {
    try {
      return work();
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::unavailable || attempt >= retries) throw;
      const std::chrono::seconds wait(1U << std::min(attempt, 6U));
      told(error, wait);
      pause(wait, cancel);
    }
  }
}

}  // namespace lade
