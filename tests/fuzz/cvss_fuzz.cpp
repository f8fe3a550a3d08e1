// A CVSS vector. Whatever the bytes: only lade::Error leaves the parser, what is read is written
// the same for good, and scores are between 0 and 10.
#include <cstdint>

#include "sbom/vuln/cvss.h"
#include "tests/fuzz/defect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  lade::without_defect([&] {
    using lade::sbom::CvssVector;
    const CvssVector vector = CvssVector::parse(text);
    lade::require(CvssVector::parse(vector.to_string()) == vector);
    const auto scores = lade::sbom::score(vector);
    for (const double score : {scores.base, scores.overall(), scores.temporal.value_or(0)}) {
      lade::require(score >= 0 && score <= 10);
    }
  });
  return 0;
}
