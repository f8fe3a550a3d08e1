#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "libimage/image/validate.h"

namespace lade {

/// All flaws of an image, a line each; empty if it is valid.
inline std::string flaws_of(ImageSource& source, const ValidateOptions& options = {}) {
  std::string text;
  for (const Flaw& flaw : validate(source, options)) text += flaw.where + ": " + flaw.what + "\n";
  return text;
}

/// What every test that makes an image ends in: the image is valid, contents and all.
inline void require_valid(ImageSource& source) {
  const std::string flaws = flaws_of(source);
  INFO(source.name() << " is not a valid image:\n" << flaws);
  REQUIRE(flaws.empty());
}

}  // namespace lade
