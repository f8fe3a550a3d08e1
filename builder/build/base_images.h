#pragma once

#include <memory>
#include <string>

#include "builder/plan/lower.h"
#include "libimage/base/progress.h"
#include "libimage/image/interfaces.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// Finds the images that a Containerfile names and sees to it that their blobs are in the store.
class BaseImages {
 public:
  BaseImages(std::shared_ptr<Store> store, Lease& lease, ImageResolver& images, Progress& progress)
      : store_(std::move(store)), lease_(lease), images_(images), progress_(progress) {}

  /// Throws `not_found`, saying where was looked.
  BaseImage find(const std::string& name, const Platform& platform);

 private:
  std::shared_ptr<Store> store_;
  Lease& lease_;
  ImageResolver& images_;
  Progress& progress_;
};

}  // namespace lade::builder
