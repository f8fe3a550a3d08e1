#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/image/copy.h"
#include "libimage/transport/transport.h"
#include "tests/support/image_builder.h"
#include "tests/support/memory_image.h"
#include "tests/support/require_valid.h"

namespace lade::test {

/// A directory for images and for what transports spool.
class Workshop {
 public:
  Workshop() : directory_("/tmp", "lade-transport") {
    make_directories(path("tmp"));
    context_.temporary_directory = path("tmp");
    context_.platform = Platform::parse("linux/amd64");
    context_.now = build_time;
  }

  std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  TransportContext& context() { return context_; }
  const TransportContext& write_context() const { return context_; }

  std::unique_ptr<ImageSource> read(const std::string& name) const {
    return open_source(parse_image_name(name), context_);
  }
  std::unique_ptr<ImageDestination> write(const std::string& name) const {
    return open_destination(parse_image_name(name), context_);
  }
  std::vector<std::string> list(const std::string& name) const {
    return list_images(parse_image_name(name), context_);
  }
  void remove(const std::string& name) const { remove_image(parse_image_name(name), context_); }

  RawManifest copy(ImageSource& from, const std::string& to,
                   const PlatformChoice& platforms = {.kind = PlatformChoice::Kind::all}) const {
    const auto destination = write(to);
    return copy_image(from, *destination, {.platforms = platforms}, no_progress()).manifest;
  }
  RawManifest copy(const std::string& from, const std::string& to) const {
    return copy(*read(from), to);
  }
  /// A small image, written; the same for the same platform.
  RawManifest write_small(const std::string& to, const TestImage& image = {}) const {
    MemoryImageSource source;
    add_small_image(source, image);
    return copy(source, to);
  }

 private:
  TempDir directory_;
  TransportContext context_;
};

/// Paths of the files below a directory, relative to it.
std::set<std::string> files_below(const std::string& directory);

}  // namespace lade::test
