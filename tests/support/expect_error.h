#pragma once

#include <catch2/catch.hpp>
#include <string>

#include "libimage/base/error.h"

namespace lade {

/// Runs `body`, which must throw an Error of this kind, and returns its message.
template <class Body>
std::string error_of(ErrorKind kind, Body&& body) {
  try {
    std::forward<Body>(body)();
  } catch (const Error& error) {
    CAPTURE(error.message());
    CHECK(to_string(error.kind()) == to_string(kind));
    return error.message();
  }
  FAIL_CHECK("nothing was thrown");
  return {};
}

}  // namespace lade
