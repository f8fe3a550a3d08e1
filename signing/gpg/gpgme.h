#pragma once

#include <gpgme.h>

#include <memory>
#include <string>
#include <string_view>

#include "libimage/base/error.h"

/// Handles of GPGME that free themselves, and its errors as ours.
namespace lade::signing {

template <auto release>
struct Releasing {
  template <class T>
  void operator()(T* handle) const {
    release(handle);
  }
};

using GpgContext = std::unique_ptr<gpgme_context, Releasing<gpgme_release>>;
using GpgData = std::unique_ptr<gpgme_data, Releasing<gpgme_data_release>>;
using GpgKey = std::unique_ptr<_gpgme_key, Releasing<gpgme_key_unref>>;

/// OpenPGP, not armored. `home` is the program's home directory; empty leaves it to the program
/// (GNUPGHOME, ~/.gnupg). `unsupported` if there is no program gpg.
GpgContext make_gpg_context(const std::string& home);
/// Bytes to read, which stay where they are.
GpgData gpg_data_over(std::string_view bytes);

/// What GPGME says of an error, without the name of its source.
std::string gpg_reason(gpgme_error_t error);
/// Throws unless there is no error: `internal`, for what does not depend on what came in.
void require_gpg(gpgme_error_t error, std::string_view action);

}  // namespace lade::signing
