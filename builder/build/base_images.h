#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "builder/plan/lower.h"
#include "libimage/base/progress.h"
#include "libimage/image/interfaces.h"
#include "libimage/image/shared_blobs.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// The images that a Containerfile names. Each is looked for once in a build, and is what it was
/// then until the end, whatever becomes of its name. What the build must know of it (manifest and
/// config) is read at once; its layers come when they are brought, so that stages that do without
/// them need not wait.
class BaseImages {
 public:
  BaseImages(std::shared_ptr<Store> store, Lease& lease, ImageResolver& images, Progress& progress)
      : store_(std::move(store)), lease_(lease), images_(images), progress_(progress) {}

  /// Throws `not_found`, saying where was looked.
  BaseImage find(const std::string& name, const Platform& platform);
  /// Whether all layers of an image that was found are in the store.
  bool is_here(const ImageOp& image) const;
  /// Sees to it that they are. An image of a registry gets its name in the store, any other is
  /// kept without one. May be called from several threads, once for an image.
  void bring(const ImageOp& image);
  /// Where it is.
  std::shared_ptr<ImageSource> source(const ImageOp& image) const { return found(image).source; }

 private:
  struct Found {
    BaseImage base;
    Platform platform;
    std::shared_ptr<ImageSource> source;
    std::optional<RawManifest> index;
    bool is_here = false;
  };

  Found look_up(const std::string& name, const Platform& platform);
  bool keep(const ImageSource& source, const Image& image);
  const Found& found(const ImageOp& image) const;

  std::shared_ptr<Store> store_;
  Lease& lease_;
  ImageResolver& images_;
  Progress& progress_;
  std::shared_ptr<SharedBlobs> shared_ = std::make_shared<SharedBlobs>();
  std::map<std::pair<std::string, std::string>, Found> found_;  ///< by name and platform
};

}  // namespace lade::builder
