#pragma once

#include <string>
#include <string_view>

#include "libimage/base/pattern.h"

namespace lade::sbom {

/// A wildcard pattern for paths and names: `*` and `?` for anything but "/", `**` for anything. It
/// matches the whole text.
class PathGlob {
 public:
  static PathGlob parse(std::string_view text);
  bool matches(std::string_view text) const { return pattern_.matches(text); }

 private:
  explicit PathGlob(Pattern pattern) : pattern_(std::move(pattern)) {}
  Pattern pattern_;
};

}  // namespace lade::sbom
