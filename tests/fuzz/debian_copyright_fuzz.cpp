// Copyright files of packages: whatever they are, they are read, and what they give is an
// expression.
#include <cstdint>
#include <string_view>

#include "sbom/license/debian_copyright.h"
#include "sbom/license/dep5.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lade;
  using namespace lade::sbom;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto dep5 = find_dep5(text)) dep5->find_files("src/a.c");
  const DebianCopyright read = read_debian_copyright(text);
  if (const auto expression = read.expression()) {
    require(SpdxExpression::parse(expression->str()) == *expression);
  }
  return 0;
}
