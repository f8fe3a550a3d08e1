#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lade {

/// Runs tasks on at most `threads` threads of its own. The first error wins: tasks not yet begun
/// are dropped, `wait` rethrows it. Tasks may add tasks. With one thread, tasks run in order.
class TaskGroup {
 public:
  explicit TaskGroup(std::size_t threads);
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  /// Drops what has not begun and waits for the rest.
  ~TaskGroup();

  void run(std::function<void()> task);
  /// Until nothing is queued or running; throws the first error.
  void wait();
  /// True once a task has failed: a long task may ask, and stop early.
  bool failed() const;

 private:
  void work();

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  std::vector<std::thread> threads_;
  std::exception_ptr error_;
  std::size_t limit_;
  std::size_t running_ = 0;
  bool stopping_ = false;
};

}  // namespace lade
