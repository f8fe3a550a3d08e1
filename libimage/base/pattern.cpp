#include "libimage/base/pattern.h"

#include <re2/re2.h>

#include <vector>

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

std::optional<int> Pattern::find_group(const std::string& name) const {
  const auto& groups = compiled_->NamedCapturingGroups();
  const auto found = groups.find(name);
  if (found == groups.end()) return std::nullopt;
  return found->second;
}

std::optional<PatternMatch> Pattern::find(std::string_view text, std::size_t begin, std::size_t end,
                                          int group) const {
  std::vector<re2::StringPiece> parts(static_cast<std::size_t>(group) + 1);
  if (!compiled_->Match({text.data(), text.size()}, begin, end, RE2::UNANCHORED, parts.data(),
                        group + 1)) {
    return std::nullopt;
  }
  const re2::StringPiece& all = parts.front();
  const re2::StringPiece& part = parts.back();
  if (part.data() == nullptr) return std::nullopt;
  const auto at = static_cast<std::size_t>(all.data() - text.data());
  return PatternMatch{at, at + all.size(), {part.data(), part.size()}};
}

}  // namespace lade
