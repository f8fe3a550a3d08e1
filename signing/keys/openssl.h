#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

#include "libimage/base/error.h"

/// Handles of OpenSSL that free themselves, and its errors as ours.
namespace lade::signing {

template <auto free_function>
struct Freeing {
  template <class T>
  void operator()(T* handle) const {
    free_function(handle);
  }
};

using EvpKey = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using EvpKeyContext = std::unique_ptr<EVP_PKEY_CTX, Freeing<EVP_PKEY_CTX_free>>;
using EvpDigestContext = std::unique_ptr<EVP_MD_CTX, Freeing<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;

inline const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
inline unsigned char* octets(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

/// A reader of bytes that stay where they are.
Bio bio_over(std::string_view bytes);
/// What was written to a memory BIO.
std::string bytes_of(BIO& memory);
/// The reasons that OpenSSL has kept of this thread's last failure, as one line; forgets them.
std::string take_openssl_reasons();

}  // namespace lade::signing
