#include "cmd/output/progress_json.h"

#include <mutex>

#include "libimage/base/json.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t advance_step_bytes = 1U << 20U;

/// Writes whole lines, one at a time.
class Journal {
 public:
  explicit Journal(std::function<void(const std::string&)> write) : write_(std::move(write)) {}

  void put(std::string_view event, const Json& facts) {
    Json record = {{"schemaVersion", 1}, {"event", event}};
    record.update(facts);
    // output of programs need not be UTF-8
    const std::string line = record.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
    const std::lock_guard lock(mutex_);
    write_(line);
  }
  std::uint64_t next_task() {
    const std::lock_guard lock(mutex_);
    return ++tasks_;
  }

 private:
  std::mutex mutex_;
  std::function<void(const std::string&)> write_;
  std::uint64_t tasks_ = 0;
};

class JsonTask final : public ProgressTask {
 public:
  JsonTask(std::shared_ptr<Journal> journal, std::uint64_t id)
      : journal_(std::move(journal)), id_(id) {}
  JsonTask(const JsonTask&) = delete;
  JsonTask& operator=(const JsonTask&) = delete;
  ~JsonTask() override {
    if (!finished_) finish("stopped");
  }

  void advance(std::uint64_t amount_bytes) override {
    const std::lock_guard lock(mutex_);
    done_bytes_ += amount_bytes;
    if (done_bytes_ - told_bytes_ < advance_step_bytes) return;
    told_bytes_ = done_bytes_;
    journal_->put("advance", {{"task", id_}, {"bytes", done_bytes_}});
  }
  void output(std::string_view text) override {
    journal_->put("output", {{"task", id_}, {"text", text}});
  }
  void finish(std::string_view outcome) override {
    const std::lock_guard lock(mutex_);
    finished_ = true;
    journal_->put("finish", {{"task", id_}, {"outcome", outcome}, {"bytes", done_bytes_}});
  }

 private:
  std::shared_ptr<Journal> journal_;
  std::uint64_t id_;
  std::mutex mutex_;
  std::uint64_t done_bytes_ = 0;
  std::uint64_t told_bytes_ = 0;
  bool finished_ = false;
};

class JsonProgress final : public Progress {
 public:
  explicit JsonProgress(std::function<void(const std::string&)> write)
      : journal_(std::make_shared<Journal>(std::move(write))) {}

  std::unique_ptr<ProgressTask> begin(std::string_view name, std::uint64_t total_bytes) override {
    const std::uint64_t id = journal_->next_task();
    journal_->put("begin", {{"task", id}, {"name", name}, {"totalBytes", total_bytes}});
    return std::make_unique<JsonTask>(journal_, id);
  }
  void warning(std::string_view message) override {
    journal_->put("warning", {{"message", message}});
  }

 private:
  std::shared_ptr<Journal> journal_;
};

}  // namespace

std::unique_ptr<Progress> make_json_progress(std::function<void(const std::string&)> write) {
  return std::make_unique<JsonProgress>(std::move(write));
}

}  // namespace lade::cmd
