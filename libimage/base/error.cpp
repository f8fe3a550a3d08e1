#include "libimage/base/error.h"

#include <cerrno>
#include <cstring>

namespace lade {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::corrupt:
      return "corrupt";
    case ErrorKind::unsupported:
      return "unsupported";
    case ErrorKind::denied:
      return "denied";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::io:
      return "io";
    case ErrorKind::cancelled:
      return "cancelled";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

void Error::add_context(std::string_view context) { text_.insert(0, fmt::format("{}: ", context)); }

ErrorKind kind_of_errno(int error_number) noexcept {
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return ErrorKind::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
      return ErrorKind::denied;
    case EEXIST:
    case EBUSY:
    case ENOTEMPTY:
      return ErrorKind::conflict;
    default:
      return ErrorKind::io;
  }
}

void fail_errno(int error_number, std::string_view action) {
  char buffer[128];
  const char* text = strerror_r(error_number, buffer, sizeof buffer);
  throw Error(kind_of_errno(error_number), fmt::format("{}: {}", action, text));
}

}  // namespace lade
