#pragma once

#include <string>
#include <utility>

#include "libimage/base/error.h"

namespace lade::builder {

/// A RUN whose command ended with another code than 0. The program passes that code on.
class StepFailed : public Error {
 public:
  StepFailed(std::string message, int exit_code)
      : Error(ErrorKind::invalid, std::move(message)), exit_code_(exit_code) {}
  int exit_code() const { return exit_code_; }

 private:
  int exit_code_;
};

}  // namespace lade::builder
