#pragma once

#include <map>
#include <memory>
#include <string>

#include "libimage/base/guarded.h"
#include "libimage/base/temp_dir.h"
#include "libimage/image/interfaces.h"

namespace lade {

/// Blobs that wait in a temporary directory until the image they belong to is complete. Blobs may
/// be written from several threads; the writers must not outlive the spool.
class BlobSpool {
 public:
  explicit BlobSpool(const std::string& parent, const std::string& prefix = "lade");

  bool has(const Digest& digest);
  std::unique_ptr<BlobWriter> begin(HashAlgorithm algorithm);
  /// A manifest is a blob too; `corrupt` if its digest lies.
  void put(const RawManifest& manifest);
  /// What is there, sorted by digest, with sizes in bytes.
  std::map<Digest, std::uint64_t> blobs();
  std::string path_of(const Digest& digest) const;
  const std::string& directory() const { return directory_.path(); }

 private:
  TempDir directory_;
  Guarded<std::map<Digest, std::uint64_t>> blobs_;
};

}  // namespace lade
