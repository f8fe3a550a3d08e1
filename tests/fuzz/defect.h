#pragma once

#include <cstdlib>

#include "libimage/base/error.h"

/// What fuzz targets hold a parser to: foreign bytes end in an Error, and none of those is a defect
/// of the program.
namespace lade {

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// Runs `body`, which may throw any Error but an internal one.
template <class Body>
void without_defect(Body body) {
  try {
    body();
  } catch (const Error& error) {
    require(error.kind() != ErrorKind::internal);
  }
}

}  // namespace lade
