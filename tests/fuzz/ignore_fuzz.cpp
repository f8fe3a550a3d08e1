// The first line is a path, the rest an ignore file; each of its lines is a glob too.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "builder/containerfile/ignore.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade::containerfile;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), text.size());
  const std::string path = text.substr(0, end);
  const std::string rules_text = text.substr(end);
  try {
    const IgnoreRules rules = IgnoreRules::parse(rules_text);
    // what a walk skips must be what the rules exclude; a walk has clean relative paths only
    const bool walked = clean_path(path) == path && !path.starts_with('/');
    if (walked && rules.excludes_all_below(path) && !rules.excludes(path + "/below"))
      __builtin_trap();
  } catch (const lade::Error&) {
    // a bad pattern
  }
  for (const std::string& line : lade::split(rules_text, '\n')) {
    try {
      PathPattern::glob(line).matches(path);
    } catch (const lade::Error&) {
      // a bad pattern
    }
  }
  return 0;
}
