#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "registry/auth/http_send.h"

namespace lade::registry {

/// Answers in the order they were given (the last one for ever) and keeps what it was asked.
class TokenServer {
 public:
  explicit TokenServer(std::vector<HttpAnswer> answers) : answers_(std::move(answers)) {}

  HttpSend send() {
    return [this](const HttpQuestion& question) {
      const std::lock_guard lock(mutex_);
      asked_.push_back(question.method + " " + question.url + " [" +
                       std::string(question.authorization.reveal()) + "] " +
                       std::string(question.body.reveal()));
      return answers_[std::min(asked_.size(), answers_.size()) - 1];
    };
  }
  const std::vector<std::string>& asked() const { return asked_; }

 private:
  std::mutex mutex_;
  std::vector<HttpAnswer> answers_;
  std::vector<std::string> asked_;
};

}  // namespace lade::registry
