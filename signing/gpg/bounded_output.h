#pragma once

#include <string>

#include "signing/gpg/gpgme.h"

namespace lade::signing {

/// Where GPGME writes to, up to a limit: a message of few bytes can hold a packed one of many.
class BoundedOutput {
 public:
  explicit BoundedOutput(std::size_t limit_bytes);
  BoundedOutput(const BoundedOutput&) = delete;
  BoundedOutput& operator=(const BoundedOutput&) = delete;

  gpgme_data_t data() const { return data_.get(); }
  bool overflowed() const { return overflowed_; }
  std::string take() { return std::move(bytes_); }

 private:
  static ssize_t write(void* self, const void* bytes, std::size_t size);

  std::size_t limit_bytes_;
  std::string bytes_;
  bool overflowed_ = false;
  gpgme_data_cbs callbacks_{};
  GpgData data_;
};

}  // namespace lade::signing
