#include "signing/verdict/verdict.h"

namespace lade::signing {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::valid:
      return "valid";
    case Verdict::untrusted:
      return "untrusted";
    case Verdict::absent:
      return "absent";
    case Verdict::unreachable:
      return "unreachable";
  }
  return "unknown";
}

Verdict verdict_of(ErrorKind kind) {
  if (kind == ErrorKind::not_found) return Verdict::absent;
  if (kind == ErrorKind::unavailable) return Verdict::unreachable;
  return Verdict::untrusted;
}

bool ends_all(ErrorKind kind) {
  return kind == ErrorKind::cancelled || kind == ErrorKind::internal;
}

ErrorKind kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::untrusted:
      return ErrorKind::denied;
    case Verdict::absent:
      return ErrorKind::not_found;
    case Verdict::unreachable:
      return ErrorKind::unavailable;
    case Verdict::valid:
      break;
  }
  fail(ErrorKind::internal, "a valid signature is no error");
}

}  // namespace lade::signing
