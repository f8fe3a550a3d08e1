#pragma once

#include <memory>

#include "signing/image/sign_image.h"
#include "tests/support/image_builder.h"
#include "tests/support/memory_image.h"

namespace lade::signing {

/// An image that can be signed where it is, in memory.
struct SignedPlace {
  MemoryImageDestination destination{{.referrers = true}};
  RawManifest image = make();

  SourceOpener open() {
    return [this]() -> std::unique_ptr<ImageSource> { return destination.as_source(); };
  }

 private:
  RawManifest make() {
    MemoryImageSource given;
    RawManifest top = add_small_image(given);
    for (const auto& [digest, bytes] : given.blobs()) destination.add_blob(bytes);
    destination.put_manifest(top);
    destination.commit(top);
    return top;
  }
};

}  // namespace lade::signing
