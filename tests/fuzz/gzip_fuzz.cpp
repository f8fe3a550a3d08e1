// Any bytes as gzip: unpacked within bounds or refused, the same for all sizes of reads.
#include "tests/fuzz/unpack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lade::require_same_for_all_reads(lade::Compression::gzip, data, size);
  return 0;
}
