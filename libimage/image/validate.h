#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libimage/image/interfaces.h"
#include "libimage/stream/codec.h"

namespace lade {

/// Something wrong with an image, as a person should read it.
struct Flaw {
  std::string where;  ///< "manifest sha256:…", "layer 3"
  std::string what;
};

struct ValidateOptions {
  /// Read every blob whole: digests, sizes, diff ids, readable tars, sane paths.
  bool contents = true;
  ExpansionLimit expansion{};
};

/// Checks an image (of an index, every instance) against the specification: media types, sizes,
/// digests, config against layers, history against layers, diff ids against contents. Returns all
/// flaws found; empty means valid.
std::vector<Flaw> validate(ImageSource& source, const ValidateOptions& options = {});

}  // namespace lade
