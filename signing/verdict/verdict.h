#pragma once

#include <string_view>

#include "libimage/base/error.h"

namespace lade::signing {

/// What there is to say of a signature that was asked for.
enum class Verdict : unsigned char {
  valid,
  untrusted,    ///< there is one, and it is not good, or not by who was wanted
  absent,       ///< whoever would have one answered, and has none
  unreachable,  ///< whoever would have one did not answer
};

/// "valid", "untrusted", "absent", "unreachable".
std::string_view to_string(Verdict verdict);
/// What an error says of the signature that was looked for: `not_found` that it is absent,
/// `unavailable` that it cannot be reached, any other that there is no trusting it.
Verdict verdict_of(ErrorKind kind);
/// Whether an error says nothing of what was looked at and so ends all: `cancelled`, `internal`.
bool ends_all(ErrorKind kind);
/// The kind of error that a verdict other than `valid` ends a command with, and so its exit code.
ErrorKind kind_of(Verdict verdict);

}  // namespace lade::signing
