// A member by libdeflate: no name, MTIME 0 and OS 255 (unknown), so that equal bytes stay equal.
#include <libdeflate.h>

#include "libimage/base/error.h"
#include "libimage/stream/packer.h"

namespace lade {
namespace {

struct FreeCompressor {
  void operator()(libdeflate_compressor* compressor) const {
    libdeflate_free_compressor(compressor);
  }
};

class GzipPacker final : public Packer {
 public:
  explicit GzipPacker(int level) : compressor_(libdeflate_alloc_compressor(level)) {
    if (!compressor_) throw std::bad_alloc();
  }

  void pack(std::span<const std::byte> in, std::vector<std::byte>& out) override {
    out.resize(libdeflate_gzip_compress_bound(compressor_.get(), in.size()));
    const std::size_t size =
        libdeflate_gzip_compress(compressor_.get(), in.data(), in.size(), out.data(), out.size());
    if (size == 0) fail(ErrorKind::internal, "gzip: {} bytes do not fit their bound", in.size());
    out.resize(size);
  }

 private:
  std::unique_ptr<libdeflate_compressor, FreeCompressor> compressor_;
};

}  // namespace

std::unique_ptr<Packer> make_gzip_packer(int level) { return std::make_unique<GzipPacker>(level); }

}  // namespace lade
