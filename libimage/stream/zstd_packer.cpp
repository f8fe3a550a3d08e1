#include <zstd.h>

#include "libimage/base/error.h"
#include "libimage/stream/packer.h"

namespace lade {
namespace {

struct FreeCompressor {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

class ZstdPacker final : public Packer {
 public:
  explicit ZstdPacker(int level) : context_(ZSTD_createCCtx()) {
    if (!context_) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_contentSizeFlag, 1);
    ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  }

  void pack(std::span<const std::byte> in, std::vector<std::byte>& out) override {
    out.resize(ZSTD_compressBound(in.size()));
    const std::size_t size =
        ZSTD_compress2(context_.get(), out.data(), out.size(), in.data(), in.size());
    if (ZSTD_isError(size)) fail(ErrorKind::internal, "zstd: {}", ZSTD_getErrorName(size));
    out.resize(size);
  }

 private:
  std::unique_ptr<ZSTD_CCtx, FreeCompressor> context_;
};

}  // namespace

std::unique_ptr<Packer> make_zstd_packer(int level) { return std::make_unique<ZstdPacker>(level); }

}  // namespace lade
