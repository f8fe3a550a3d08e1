#include "libimage/base/pattern.h"

#include <re2/re2.h>

#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade {

Pattern Pattern::parse(std::string_view text, std::string_view what) {
  auto compiled =
      std::make_shared<const RE2>(re2::StringPiece(text.data(), text.size()), RE2::Quiet);
  if (!compiled->ok()) {
    fail(ErrorKind::invalid, "{}: \"{}\" is no regular expression: {}", what, printable(text),
         printable(compiled->error()));
  }
  return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *compiled_);
}

}  // namespace lade
