#include "libimage/transport/blob_spool.h"

#include "libimage/transport/blob_file.h"

namespace lade {

BlobSpool::BlobSpool(const std::string& parent, const std::string& prefix)
    : directory_(parent, prefix) {}

bool BlobSpool::has(const Digest& digest) {
  return blobs_.with([&](const auto& blobs) { return blobs.contains(digest); });
}

std::unique_ptr<BlobWriter> BlobSpool::begin(HashAlgorithm algorithm) {
  return make_blob_writer(
      directory_.path() + "/", algorithm, [this](TempFile& file, const Descriptor& blob) {
        file.move_to(path_of(blob.digest));
        blobs_.with([&](auto& blobs) { blobs.insert_or_assign(blob.digest, blob.size_bytes); });
      });
}

void BlobSpool::put(const RawManifest& manifest) {
  const Descriptor descriptor = manifest.descriptor();
  const auto writer = begin(manifest.digest.algorithm());
  writer->write(std::string_view(manifest.bytes));
  writer->commit(&descriptor);
}

std::map<Digest, std::uint64_t> BlobSpool::blobs() {
  return blobs_.with([](const auto& blobs) { return blobs; });
}

std::string BlobSpool::path_of(const Digest& digest) const {
  return fmt::format("{}/{}-{}", directory_.path(), to_string(digest.algorithm()), digest.hex());
}

}  // namespace lade
