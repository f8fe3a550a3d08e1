#include "builder/containerfile/suggestion.h"

#include <fmt/format.h>

#include "libimage/base/text.h"

namespace lade::containerfile {
namespace {

// nobody mistypes a word this long; comparing it would only cost time
constexpr std::size_t longest_word_bytes = 64;

}  // namespace

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > longest_word_bytes) return "";
  const auto candidate = did_you_mean(word, candidates);
  return candidate ? fmt::format(", did you mean \"{}\"?", *candidate) : "";
}

}  // namespace lade::containerfile
