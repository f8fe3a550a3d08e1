#include "signing/keys/openssl.h"

#include <openssl/err.h>

namespace lade::signing {

Bio bio_over(std::string_view bytes) {
  if (bytes.size() > INT32_MAX) fail(ErrorKind::invalid, "{} bytes are too many", bytes.size());
  Bio bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
  if (!bio) fail(ErrorKind::internal, "no memory for a reader of OpenSSL");
  return bio;
}

std::string bytes_of(BIO& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&memory, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string take_openssl_reasons() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    const char* reason = ERR_reason_error_string(code);
    if (!text.empty()) text += ", ";
    text += reason != nullptr ? std::string(reason) : fmt::format("error {:x}", code);
  }
  return text.empty() ? "no reason given" : text;
}

}  // namespace lade::signing
