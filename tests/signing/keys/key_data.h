#pragma once

#include <string>

#include "libimage/base/file.h"
#include "signing/keys/passphrase.h"

namespace lade::signing {

/// A file that tests/data/keys/make made.
inline std::string key_data(const std::string& name) {
  return read_file("tests/data/keys/" + name, 1U << 20U);
}

/// What opens the encrypted ones.
inline Secret right_passphrase() { return Secret("s3cret pass"); }
inline Secret wrong_passphrase() { return Secret("s3cret pas"); }

}  // namespace lade::signing
