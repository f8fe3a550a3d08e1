#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libimage/transport/transport.h"

namespace lade {

/// One place that several images are written into in one run: blobs they share are there once.
class ImageSet {
 public:
  virtual ~ImageSet() = default;
  /// Where the next image goes, under these names or (none) under no name; the destinations before
  /// it have been committed. `invalid` for what cannot be a name here.
  virtual std::unique_ptr<ImageDestination> add(const std::vector<std::string>& names) = 0;
  /// After the last one. An archive becomes visible now, whole; an `oci:` layout showed each image
  /// at its commit.
  virtual void finish() = 0;
};

/// `name` is that of an archive or layout alone, without an image in it (`invalid`). `unsupported`
/// where only one image fits.
std::unique_ptr<ImageSet> open_image_set(const ImageName& name, const TransportContext& context);

// The transports that can.
std::unique_ptr<ImageSet> write_docker_archive_set(const std::string& details,
                                                   const TransportContext& context);
std::unique_ptr<ImageSet> write_oci_archive_set(const std::string& details,
                                                const TransportContext& context);
std::unique_ptr<ImageSet> write_oci_layout_set(const std::string& details,
                                               const TransportContext& context);

}  // namespace lade
