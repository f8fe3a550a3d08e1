#pragma once

#include <map>
#include <memory>
#include <string>

#include "libimage/base/guarded.h"
#include "libimage/store/blob_dir.h"
#include "libimage/store/database.h"
#include "libimage/store/gc_lock.h"
#include "libimage/store/session.h"
#include "libimage/store/store.h"

namespace lade {

/// The one Store there is, with the parts that gc and check work on.
class LocalStore final : public Store {
 public:
  LocalStore(StoreLayout layout, bool read_only, Clock clock, const StoreLimits& limits);

  const StoreLayout& layout() const { return layout_; }
  const BlobDir& blobs() const { return blobs_; }
  /// Runs `use(Database&)` alone on the connection, opened now if it was not.
  template <class Use>
  decltype(auto) with_database(Use&& use) {
    return database_.with([&](std::unique_ptr<Database>& database) -> decltype(auto) {
      if (!database) database = open_database();
      return std::forward<Use>(use)(*database);
    });
  }
  /// `denied` in a store that is only read.
  void require_writable(std::string_view action) const;
  /// Reads a toc file; nothing if there is none or it is damaged, of another version or layer.
  std::shared_ptr<const Toc> find_toc(const Digest& diff_id) const;
  void write_toc(const Toc& toc);
  /// Stores small content under a digest of the algorithm; a manifest becomes known.
  Descriptor put(std::string_view content, std::string_view media_type, HashAlgorithm algorithm);
  /// A manifest that was put here once, there still or not.
  std::optional<Descriptor> find_manifest_descriptor(const Digest& digest);

  const std::string& root() const override { return layout_.root; }
  const StoreLimits& limits() const override { return limits_; }
  bool has_blob(const Digest& digest) override;
  std::optional<std::uint64_t> find_blob_size(const Digest& digest) override;
  Fd open_blob(const Digest& digest) override;
  std::unique_ptr<BlobWriter> begin_blob(HashAlgorithm algorithm) override;
  /// One that carries on with what an interrupted one left (BlobWriter::held_bytes).
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected);
  Descriptor put_blob(std::string_view content, std::string_view media_type) override;
  std::string read_blob(const Digest& digest, std::size_t limit_bytes) override;

  void put_layer(const Descriptor& blob, const WrittenLayer& layer) override;
  std::optional<LayerFacts> find_layer(const Digest& blob) override;
  std::shared_ptr<const Toc> toc(const Descriptor& blob, const Digest& diff_id) override;
  std::unique_ptr<Source> open_layer(const Descriptor& blob) override;
  std::unique_ptr<Source> open_content(const Descriptor& blob, const TocEntry& file) override;
  std::unique_ptr<LayerFiles> open_files(const Descriptor& blob) override;
  std::optional<Digest> find_diff_id(const Digest& blob) override;
  std::vector<Descriptor> find_blobs(const Digest& diff_id) override;
  void remember(const Descriptor& blob, const Digest& diff_id) override;

  std::vector<NamedImage> list_names() override;
  std::optional<NamedImage> find_name(const Reference& name) override;
  std::optional<Descriptor> set_name(const Reference& name, const Descriptor& target) override;
  bool remove_name(const Reference& name) override;
  void keep_unnamed(const Descriptor& target) override;
  std::vector<Descriptor> list_unnamed() override;
  bool drop_unnamed(const Digest& target) override;
  NamedImage resolve(std::string_view word) override;
  std::optional<Digest> find_image_id(const Digest& manifest) override;
  std::vector<Referrer> list_attached(const Digest& subject) override;
  void attach(const std::string& cosign_tag, const Descriptor& manifest) override;

  std::optional<std::string> find_cache(std::string_view key) override;
  void put_cache(std::string_view key, std::string_view value,
                 const std::vector<Digest>& blobs) override;
  std::vector<CacheRecord> list_cache() override;

  void remember_place(std::span<const Digest> blobs, const std::string& repository) override;
  void forget_place(const Digest& blob, const std::string& repository) override;
  std::vector<std::string> find_places(const Digest& blob) override;

  std::unique_ptr<Lease> lease() override;
  std::string make_work_dir(std::string_view prefix) override;

 private:
  std::unique_ptr<Database> open_database() const;
  /// The target with everything it needs is in the store and lasts; its facts are known.
  void require_whole(const Descriptor& target, const std::string& action);
  std::shared_ptr<const Toc> index(const Descriptor& blob, const Digest& diff_id);
  /// For unpacking this layer blob.
  ExpansionLimit expansion_of(const Digest& blob);

  StoreLayout layout_;
  bool read_only_;
  Clock clock_;
  StoreLimits limits_;
  BlobDir blobs_;
  std::shared_ptr<Session> session_;
  Guarded<std::unique_ptr<Database>> database_;
  /// Tocs that somebody uses right now, so that a layer is mapped once.
  mutable Guarded<std::map<Digest, std::weak_ptr<const Toc>>> tocs_;
};

/// The LocalStore that every Store is; `internal` for any other.
LocalStore& local(Store& store);

}  // namespace lade
