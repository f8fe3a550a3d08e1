#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "builder/containerfile/containerfile.h"
#include "libimage/base/error.h"

namespace lade::containerfile {

/// What parsing `text` is refused with; "accepted" if it is not.
inline std::string refusal_of(const std::string& text) {
  try {
    parse_containerfile("Containerfile", text);
    return "accepted";
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::invalid);
    return error.message();
  }
}

/// The same without the quoted line.
inline std::string reason_of(const std::string& text) {
  const std::string whole = refusal_of(text);
  return whole.substr(0, whole.find('\n'));
}

}  // namespace lade::containerfile
