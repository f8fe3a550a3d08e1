#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/cancel_token.h"
#include "libimage/base/fd.h"
#include "libimage/base/time.h"
#include "libimage/image/blob_places.h"
#include "libimage/image/copy.h"
#include "libimage/image/interfaces.h"
#include "libimage/layer/layer_writer.h"
#include "libimage/layer/merged_tree.h"
#include "libimage/oci/reference.h"
#include "libimage/stream/codec.h"

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

/// Opens many files of one layer. Costs no more than unpacking the layer twice, in whatever order
/// they are asked for; may unpack it into the store's work space for that. For one thread.
class LayerFiles {
 public:
  virtual ~LayerFiles() = default;
  /// The contents, verified; independent of this object. As Store::open_content.
  virtual std::unique_ptr<Source> open(const TocEntry& file) = 0;
};

/// Keeps what a running command uses from being collected, for the life of the object (and no
/// longer: a lease of a dead process does not count).
class Lease {
 public:
  virtual ~Lease() = default;
  /// A blob and, if it is a manifest, all it stands for. What a Store writes, or finds by
  /// `has_blob` and `find_blob_size`, while any lease of it lives is added by itself; so take a
  /// lease first, then look and write, then name.
  virtual void add(const Digest& blob) = 0;
  /// A snapshot directory, by chain id.
  virtual void add_snapshot(const Digest& chain_id) = 0;
};

/// What bounds the work of a store.
struct StoreLimits {
  /// For layers that are unpacked for the first time. One that was indexed or written here has
  /// been accepted and is not asked about again.
  ExpansionLimit expansion{};
  /// Once cancelled, reading and writing blobs throws `cancelled`; may be null, outlives the store.
  const CancelToken* cancel = nullptr;
};

/// Lade's content-addressed store (docs/design.md, "The store"): blobs by digest, a toc for every
/// layer, names, cache records. Many processes may use one at once. Killing any of them at any
/// moment loses nothing that was reported done. All calls may come from several threads.
class Store : public LayerMemory, public BlobPlaces {
 public:
  /// What time it is, for `updated` and `used`.
  using Clock = std::function<Timestamp()>;

  /// Opens, creating what is missing unless `read_only`. `unsupported` if a newer Lade wrote it,
  /// `not_found` if there is none to read. Without a clock the system's is read.
  static std::shared_ptr<Store> open(const std::string& root, bool read_only = false,
                                     Clock clock = {}, const StoreLimits& limits = {});

  virtual const std::string& root() const = 0;
  /// As it was opened with; for others who unpack foreign bytes into it.
  virtual const StoreLimits& limits() const = 0;

  // -- blobs
  virtual bool has_blob(const Digest& digest) = 0;
  virtual std::optional<std::uint64_t> find_blob_size(const Digest& digest) = 0;
  /// `not_found` if it is not there.
  virtual Fd open_blob(const Digest& digest) = 0;
  virtual std::unique_ptr<BlobWriter> begin_blob(HashAlgorithm algorithm) = 0;
  /// Stores small content; returns digest and size. That of a manifest's media type must be one
  /// (`invalid`), and becomes known as image and referrer.
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
  /// The same for who wants many files of it.
  virtual std::unique_ptr<LayerFiles> open_files(const Descriptor& blob) = 0;

  // -- names
  virtual std::vector<NamedImage> list_names() = 0;
  virtual std::optional<NamedImage> find_name(const Reference& name) = 0;
  /// Points `name` at a manifest that is in the store, in one step; the former target is returned.
  /// `not_found` if config or layers are missing; an index may lack instances. A name without tag
  /// and digest means "latest", here and below.
  virtual std::optional<Descriptor> set_name(const Reference& name, const Descriptor& target) = 0;
  virtual bool remove_name(const Reference& name) = 0;
  /// Makes an image without a name last ("<none>" in lists), and ends that.
  virtual void keep_unnamed(const Descriptor& target) = 0;
  virtual std::vector<Descriptor> list_unnamed() = 0;
  virtual bool drop_unnamed(const Digest& target) = 0;
  /// What a user's word means: a name (short ones tried as localhost/ and docker.io/library/), a
  /// digest, or at least four hex digits of an image id (config digest) or manifest digest.
  /// `not_found` says what was tried, with a near name; `conflict` lists the ambiguous. An image
  /// without a name gets "localhost/unnamed@<digest>" for one.
  virtual NamedImage resolve(std::string_view word) = 0;
  /// The config digest of an image's manifest; nothing for an index or an artifact.
  virtual std::optional<Digest> find_image_id(const Digest& manifest) = 0;
  /// What the store has that is about a manifest: by its subject (distribution-spec 1.1, "Listing
  /// Referrers"), or by a tag of cosign's.
  virtual std::vector<Referrer> list_attached(const Digest& subject) = 0;
  /// Ties a manifest that is in the store to the one that a tag of cosign's is about: it lasts as
  /// long as that. `invalid` for another tag, `not_found` if it is not whole.
  virtual void attach(const std::string& cosign_tag, const Descriptor& manifest) = 0;

  // -- the build cache
  /// A record whose blobs are all there, which is thereby used (to the minute).
  virtual std::optional<std::string> find_cache(std::string_view key) = 0;
  /// `not_found` if a blob is not in the store.
  virtual void put_cache(std::string_view key, std::string_view value,
                         const std::vector<Digest>& blobs) = 0;
  virtual std::vector<CacheRecord> list_cache() = 0;

  // -- lifetime
  virtual std::unique_ptr<Lease> lease() = 0;
  /// A directory below the store for work in progress, on the blobs' file system; swept by gc when
  /// its process is dead.
  virtual std::string make_work_dir(std::string_view prefix) = 0;
};

/// The image a store name or digest stands for, as an ImageSource that keeps the store alive.
std::unique_ptr<ImageSource> open_store_image(std::shared_ptr<Store> store,
                                              const NamedImage& image);
/// Writes into the store; `name` may be nothing (kept unnamed). With an `index`, that is what is
/// named, once one of its images has been committed; the others may be lacking.
std::unique_ptr<ImageDestination> open_store_destination(std::shared_ptr<Store> store,
                                                         std::optional<Reference> name,
                                                         std::optional<RawManifest> index = {});

}  // namespace lade
