#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "libimage/oci/compression.h"

namespace lade {

/// Packs whole pieces of one format. Used by one thread at a time.
class Packer {
 public:
  virtual ~Packer() = default;
  /// Replaces `out` by one gzip member or zstd frame that holds `in`.
  virtual void pack(std::span<const std::byte> in, std::vector<std::byte>& out) = 0;
};

std::unique_ptr<Packer> make_gzip_packer(int level);
std::unique_ptr<Packer> make_zstd_packer(int level);

}  // namespace lade
