#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "builder/exec/workshop.h"
#include "builder/plan/lower.h"
#include "libimage/base/progress.h"
#include "libimage/image/interfaces.h"
#include "libimage/image/mutate.h"
#include "libimage/store/store.h"

namespace lade::builder {

/// What to build. Everything that decides the result is here.
struct BuildOptions {
  std::string containerfile_name = "Containerfile";   ///< for messages
  std::string containerfile;                          ///< its text
  std::string containerfile_path;                     ///< below its context, else its bare name
  std::string ignore_file;                            ///< text; empty: nothing is left out
  std::string ignore_file_name = ".containerignore";  ///< for messages
  /// Directory of the main context; empty: there is none.
  std::string context_directory;
  /// NAME to a directory or an image ("docker-image://…", "oci-layout://…").
  std::map<std::string, std::string> named_contexts;

  std::string target;
  std::map<std::string, std::string> build_args;
  Platform platform = host_platform();
  std::vector<Reference> tags;
  std::map<std::string, std::string> labels;
  Annotations annotations;
  ImageFormat format = ImageFormat::oci;
  enum class Squash { none, new_layers, all };
  Squash squash = Squash::none;
  std::optional<Timestamp> epoch;  ///< no time in the image is later; `created` is this
  bool no_cache = false;
  unsigned jobs = 2;
  Compression compression = Compression::gzip;
  std::optional<int> compression_level;
  bool inherit_labels = true;
  /// Layers of the base that no step reads may stay where they are. The image then has no name, and
  /// lasts as long as a lease of the caller; `tags` are not given to it.
  bool leave_base = false;

  std::map<std::string, SecretSource> secrets;
  std::string ssh_socket;
  RunSettings run;
};

/// What a build needs of the world.
struct BuildWorld {
  std::shared_ptr<Store> store;
  ImageResolver* images = nullptr;
  UrlFetcher* urls = nullptr;
  RepositoryFetcher* repositories = nullptr;
  Progress* progress = nullptr;
  std::function<std::optional<std::string>(const std::string& name)> environment;
  std::function<void(const std::string&)> warn;
  Timestamp now;
  std::string boot_id;
  /// Where it is noted what was fetched, for contexts before the build, too.
  std::shared_ptr<Materials> materials = std::make_shared<Materials>();
};

/// What came out, and how.
struct BuildRecord {
  RawManifest manifest;
  Descriptor config;  ///< its digest is the image id
  std::vector<LayerRef> layers;
  std::vector<BaseImage> images;    ///< every image that was used
  std::vector<Material> materials;  ///< everything else that came from outside, contexts included
  std::size_t steps = 0;
  std::size_t cached_steps = 0;
  /// Has the layers that are not in the store (`leave_base`); null if all are.
  std::shared_ptr<ImageSource> base{};
};

/// The image that came out: from the store, and from where its base is. `top` is its manifest, or
/// an index that has it.
std::unique_ptr<ImageSource> open_result(std::shared_ptr<Store> store, const BuildRecord& record,
                                         const Descriptor& top);

/// Builds an image into the store and names it (without tags it is kept unnamed). Throws what the
/// parts throw; nothing is named then, and what was built so far stays in the cache.
BuildRecord build(const BuildOptions& options, const BuildWorld& world);

}  // namespace lade::builder
