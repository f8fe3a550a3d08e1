#pragma once

#include <exception>
#include <utility>

namespace lade {

/// Carries an exception across a C library: the callback runs through `run`, the caller of the C
/// function calls `rethrow` once it has returned.
class CallbackGuard {
 public:
  /// `body()`, or `on_error` if it throws or something threw before.
  template <class Result, class Body>
  Result run(Result on_error, Body&& body) noexcept {
    if (error_) return on_error;
    try {
      return std::forward<Body>(body)();
    } catch (...) {
      error_ = std::current_exception();
      return on_error;
    }
  }

  /// Throws what a callback threw, once.
  void rethrow() {
    if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  }

 private:
  std::exception_ptr error_;
};

}  // namespace lade
