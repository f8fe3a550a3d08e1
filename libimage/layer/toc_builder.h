#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "libimage/archive/entry.h"
#include "libimage/layer/toc.h"
#include "libimage/oci/digest.h"
#include "libimage/stream/source.h"

namespace lade {

/// Collects the members of a layer in archive order and makes its toc.
class TocBuilder {
 public:
  TocBuilder();
  TocBuilder(TocBuilder&&) noexcept;
  ~TocBuilder();

  /// Applies the rules of layers to one member: path normalised, whiteouts understood, later over
  /// earlier (a file over a directory drops what was below it), hard link targets that leave the
  /// layer's root refused. Throws `invalid`.
  void add(const Entry& entry, const std::optional<Digest>& content,
           std::optional<std::uint64_t> data_offset);
  std::shared_ptr<const Toc> finish(const Digest& diff_id, std::uint64_t tar_bytes);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads a whole uncompressed layer and indexes it; the toc knows the diff id. A member against the
/// rules is `corrupt`.
std::shared_ptr<const Toc> index_layer(Source& tar, const std::string& what);

}  // namespace lade
