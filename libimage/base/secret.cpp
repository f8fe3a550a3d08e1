#include "libimage/base/secret.h"

#include <openssl/crypto.h>

#include <cstring>
#include <utility>

namespace lade {

Secret::Secret(std::string_view bytes) : size_bytes_(bytes.size()) {
  if (bytes.empty()) return;
  bytes_ = std::make_unique<char[]>(bytes.size());
  std::memcpy(bytes_.get(), bytes.data(), bytes.size());
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_bytes_(std::exchange(other.size_bytes_, 0)) {}

Secret& Secret::operator=(Secret other) noexcept {
  std::swap(bytes_, other.bytes_);
  std::swap(size_bytes_, other.size_bytes_);
  return *this;
}

Secret::~Secret() {
  if (bytes_) ::explicit_bzero(bytes_.get(), size_bytes_);
}

bool Secret::operator==(const Secret& other) const {
  return size_bytes_ == other.size_bytes_ &&
         (size_bytes_ == 0 || CRYPTO_memcmp(bytes_.get(), other.bytes_.get(), size_bytes_) == 0);
}

void wipe(std::string& text) {
  // all of the allocation: what was cut off stands behind the end
  text.resize(text.capacity());
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

}  // namespace lade
