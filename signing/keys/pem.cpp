#include "signing/keys/pem.h"

#include <openssl/pem.h>

#include <optional>

namespace lade::signing {
namespace {

/// What OpenSSL allocates for secrets, overwritten by whoever frees it.
class SecretBuffer {
 public:
  SecretBuffer() = default;
  SecretBuffer(const SecretBuffer&) = delete;
  SecretBuffer& operator=(const SecretBuffer&) = delete;
  ~SecretBuffer() { OPENSSL_secure_clear_free(data, static_cast<std::size_t>(size)); }

  unsigned char* data = nullptr;
  long size = 0;
};

std::string take_text(char* text) {
  std::string taken(text);
  OPENSSL_secure_free(text);
  return taken;
}

std::optional<PemBlock> find_pem_block(BIO& bio) {
  char* label = nullptr;
  char* header = nullptr;
  SecretBuffer buffer;
  if (PEM_read_bio_ex(&bio, &label, &header, &buffer.data, &buffer.size, PEM_FLAG_SECURE) != 1) {
    take_openssl_reasons();
    return std::nullopt;
  }
  return PemBlock{.label = take_text(label),
                  .header = take_text(header),
                  .bytes = Secret({reinterpret_cast<const char*>(buffer.data),
                                   static_cast<std::size_t>(buffer.size)})};
}

}  // namespace

PemBlock read_pem_block(std::string_view text, std::string_view what) {
  if (text.size() > key_text_limit_bytes) {
    fail(ErrorKind::invalid, "{} is too long for a key: {} bytes, at most {}", what, text.size(),
         key_text_limit_bytes);
  }
  const Bio bio = bio_over(text);
  while (auto block = find_pem_block(*bio)) {
    if (block->label != "EC PARAMETERS") return std::move(*block);
  }
  fail(ErrorKind::invalid, "{} holds no key: there is no PEM block in it", what);
}

std::string write_pem_block(const std::string& label, std::string_view bytes) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio(bio.get(), label.c_str(), "", octets(bytes),
                            static_cast<long>(bytes.size())) == 0) {
    fail(ErrorKind::internal, "cannot write PEM: {}", take_openssl_reasons());
  }
  return bytes_of(*bio);
}

Bio secret_bio() {
  Bio bio(BIO_new(BIO_s_secmem()));
  if (!bio) fail(ErrorKind::internal, "no memory for a key: {}", take_openssl_reasons());
  return bio;
}

Secret secret_of(BIO& memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(&memory, &data);
  return size > 0 ? Secret({data, static_cast<std::size_t>(size)}) : Secret();
}

}  // namespace lade::signing
