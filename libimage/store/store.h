#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/fd.h"
#include "libimage/base/time.h"
#include "libimage/image/copy.h"
#include "libimage/image/interfaces.h"
#include "libimage/layer/layer_writer.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/oci/reference.h"

namespace lade {

/// A name and what it stands for.
struct NamedImage {
  Reference name;
  Descriptor target;  ///< manifest or index
  Timestamp updated;
};

/// What the store knows of a layer blob.
struct LayerFacts {
  Digest diff_id;
  std::uint64_t tar_bytes = 0;
};

/// What a cached build step produced.
struct CacheRecord {
  std::string key;    ///< content key of the step
  std::string value;  ///< JSON that the builder wrote
  Timestamp used;
};

/// Keeps what a running command uses from being collected, for the life of the object (and no
/// longer: a lease of a dead process does not count).
class Lease {
 public:
  virtual ~Lease() = default;
  virtual void add(const Digest& blob) = 0;
  /// A snapshot directory, by chain id.
  virtual void add_snapshot(const Digest& chain_id) = 0;
};

/// Lade's content-addressed store (docs/design.md, "The store"): blobs by digest, a toc for every
/// layer, names, cache records. Many processes may use one at once. Killing any of them at any
/// moment loses nothing that was reported done. All calls may come from several threads.
class Store : public LayerMemory {
 public:
  /// Opens, creating what is missing unless `read_only`. `unsupported` if a newer Lade wrote it.
  static std::shared_ptr<Store> open(const std::string& root, bool read_only = false);

  virtual const std::string& root() const = 0;

  // -- blobs
  virtual bool has_blob(const Digest& digest) = 0;
  virtual std::optional<std::uint64_t> find_blob_size(const Digest& digest) = 0;
  /// `not_found` if it is not there.
  virtual Fd open_blob(const Digest& digest) = 0;
  virtual std::unique_ptr<BlobWriter> begin_blob(HashAlgorithm algorithm) = 0;
  /// Stores small content; returns digest and size.
  virtual Descriptor put_blob(std::string_view content, std::string_view media_type) = 0;
  virtual std::string read_blob(const Digest& digest, std::size_t limit_bytes) = 0;

  // -- layers
  /// Remembers toc, frames and diff id of a layer blob that is in the store.
  virtual void put_layer(const Descriptor& blob, const WrittenLayer& layer) = 0;
  virtual std::optional<LayerFacts> find_layer(const Digest& blob) = 0;
  /// The toc of a layer blob in the store; made now (one pass over the blob, verified against
  /// `diff_id`) if it has none yet. Concurrent calls for one layer do the work once.
  virtual std::shared_ptr<const Toc> toc(const Descriptor& blob, const Digest& diff_id) = 0;
  /// The uncompressed tar of a layer blob.
  virtual std::unique_ptr<Source> open_layer(const Descriptor& blob) = 0;
  /// The contents of a file in a layer, inflating no more than the frames it stands in.
  virtual std::unique_ptr<Source> open_content(const Descriptor& blob, const TocEntry& file) = 0;

  // -- names
  virtual std::vector<NamedImage> list_names() = 0;
  virtual std::optional<NamedImage> find_name(const Reference& name) = 0;
  /// Points `name` at a manifest that is in the store, in one step; the former target is returned.
  virtual std::optional<Descriptor> set_name(const Reference& name, const Descriptor& target) = 0;
  virtual bool remove_name(const Reference& name) = 0;
  /// Makes an image without a name last ("<none>" in lists), and ends that.
  virtual void keep_unnamed(const Descriptor& target) = 0;
  virtual std::vector<Descriptor> list_unnamed() = 0;
  virtual bool drop_unnamed(const Digest& target) = 0;
  /// What a user's word means: a name (short ones tried as localhost/ and docker.io/library/), a
  /// digest, or at least four hex digits of an image id (config digest) or manifest digest.
  /// `not_found` says what was tried, with a near name; `conflict` lists the ambiguous.
  virtual NamedImage resolve(std::string_view word) = 0;

  // -- the build cache
  virtual std::optional<std::string> find_cache(std::string_view key) = 0;
  virtual void put_cache(std::string_view key, std::string_view value,
                         const std::vector<Digest>& blobs) = 0;

  // -- lifetime
  virtual std::unique_ptr<Lease> lease() = 0;
  /// A directory below the store for work in progress, on the blobs' file system; swept by gc when
  /// its process is dead.
  virtual std::string make_work_dir(std::string_view prefix) = 0;
};

/// The image a store name or digest stands for, as an ImageSource that keeps the store alive.
std::unique_ptr<ImageSource> open_store_image(std::shared_ptr<Store> store,
                                              const NamedImage& image);
/// Writes into the store; `name` may be nothing (kept unnamed).
std::unique_ptr<ImageDestination> open_store_destination(std::shared_ptr<Store> store,
                                                         std::optional<Reference> name);

}  // namespace lade
