// Any bytes as zstd: unpacked within bounds or refused, the same for all sizes of reads.
#include "tests/fuzz/unpack.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  lade::require_same_for_all_reads(lade::Compression::zstd, data, size);
  return 0;
}
