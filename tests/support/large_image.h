#pragma once

#include <string>
#include <vector>

#include "tests/support/image_builder.h"

namespace lade {

/// An image of one large layer; tells where its bytes were read from.
class LargeImage final : public MemoryImageSource {
 public:
  static constexpr std::size_t large_bytes = 3U << 20U;

  std::unique_ptr<Source> open_blob_at(const Descriptor& one, std::uint64_t first) override {
    if (one.digest == layer.digest) begun_at.push_back(first);
    return ImageSource::open_blob_at(one, first);
  }

  std::string tar = tar_of({{"large", bytes()}});
  Descriptor layer = add_layer(*this, tar, Compression::none).blob;
  RawManifest image = add_top();
  std::vector<std::uint64_t> begun_at;

 private:
  static std::string bytes() {
    std::string text(large_bytes, 'x');
    for (std::size_t i = 0; i < text.size(); i += 997) text[i] = static_cast<char>('a' + i % 26);
    return text;
  }
  RawManifest add_top() {
    RawManifest top = add_image(*this, {{layer, digest_of(tar)}});
    set_top(top);
    return top;
  }
};

}  // namespace lade
