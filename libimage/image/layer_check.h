#pragma once

#include <string>
#include <vector>

#include "libimage/image/validate.h"

namespace lade {

/// Reads a layer whole and says what is wrong with it: digest, size, how it is packed, diff id
/// (checked if there is one), tar, member names, whiteouts, duplicates. `unavailable`, `io` and the
/// like are thrown.
std::vector<std::string> check_layer(ImageSource& source, const Descriptor& layer,
                                     const Digest* diff_id, const ExpansionLimit& limit);
/// Reads a blob whole and says what is wrong with its size and digest.
std::vector<std::string> check_blob(ImageSource& source, const Descriptor& blob);

/// Is an error a flaw of the image, and not of the way to it?
bool is_flaw(const Error& error);

}  // namespace lade
