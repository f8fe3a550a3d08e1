#include "signing/x509/time_range.h"

namespace lade::signing {

std::string TimeRange::str() const {
  if (start && end) return to_rfc3339(*start) + " to " + to_rfc3339(*end);
  if (start) return to_rfc3339(*start) + " on";
  if (end) return "until " + to_rfc3339(*end);
  return "always";
}

}  // namespace lade::signing
