#include "libimage/base/task_group.h"

#include <algorithm>
#include <utility>

namespace lade {

TaskGroup::TaskGroup(std::size_t threads) : limit_(std::max<std::size_t>(threads, 1)) {}

TaskGroup::~TaskGroup() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    queue_.clear();
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void TaskGroup::run(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    if (error_) return;
    queue_.push_back(std::move(task));
    if (threads_.size() < limit_ && running_ + queue_.size() > threads_.size()) {
      threads_.emplace_back([this] { work(); });
    }
  }
  changed_.notify_one();
}

void TaskGroup::wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
}

bool TaskGroup::failed() const {
  const std::lock_guard lock(mutex_);
  return error_ != nullptr;
}

void TaskGroup::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    {
      const std::function<void()> task = std::move(queue_.front());
      queue_.pop_front();
      ++running_;
      lock.unlock();
      std::exception_ptr error;
      try {
        task();
      } catch (...) {
        error = std::current_exception();
      }
      lock.lock();
      if (error && !error_) {
        error_ = error;
        queue_.clear();
      }
    }
    --running_;
    if (queue_.empty() && running_ == 0) changed_.notify_all();
  }
}

}  // namespace lade
