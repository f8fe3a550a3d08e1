#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/oci/config.h"
#include "libimage/oci/hasher.h"
#include "libimage/store/cache_rows.h"
#include "libimage/store/gc.h"
#include "libimage/store/layer_rows.h"
#include "libimage/store/listing.h"
#include "libimage/store/local_store.h"
#include "libimage/store/manifests.h"
#include "libimage/store/names.h"
#include "libimage/stream/cancellable.h"
#include "libimage/stream/digester.h"

// Blobs are immutable, so they are hashed without a lock while others work. What is wrong then is
// mended under the exclusive GcLock, from the bottom up: damaged blobs go first, then what points
// at them, so that a second check finds nothing. Tocs come last, since they are made of blobs.
namespace lade {
namespace {

class Check {
 public:
  Check(LocalStore& store, const CheckOptions& options) : store_(store), options_(options) {}

  std::vector<StoreFlaw> run() {
    check_blobs();
    {
      const auto held =
          options_.mend ? GcLock::exclusive(store_.layout()) : GcLock::shared(store_.layout());
      drop_damaged_blobs();
      check_images();
      check_cache();
      check_leavings();
    }
    check_database();
    check_tocs();
    return std::move(flaws_);
  }

 private:
  void add(std::string where, std::string what) {
    flaws_.push_back({std::move(where), std::move(what), options_.mend});
  }

  // -- blobs

  void check_blobs() {
    store_.blobs().walk([&](const Digest& digest) { check_blob(digest); },
                        [&](const std::string& path) {
                          add(path, "is no blob, but stands where blobs are");
                          if (options_.mend) remove_tree(path);
                        });
  }

  void check_blob(const Digest& digest) {
    const std::string path = store_.layout().blob(digest);
    const std::string where = "blob " + digest.str();
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;  // collected meanwhile
    if (!S_ISREG(status.st_mode)) {
      add(where, "is no regular file");
      damaged_.insert(digest);
      return;
    }
    if ((status.st_mode & 07777U) != 0444) {
      add(where, fmt::format("has the mode {:04o}, not 0444", status.st_mode & 07777U));
      if (options_.mend && ::chmod(path.c_str(), 0444) != 0) fail_errno("cannot mend {}", path);
    }
    if (options_.contents) check_contents(digest, where);
  }

  void check_contents(const Digest& digest, const std::string& where) {
    try {
      const auto file = cancellable(std::make_unique<FdSource>(store_.blobs().open(digest), where),
                                    store_.limits().cancel);
      DigestSource hashed(*file, digest.algorithm());
      NullSink nowhere;
      copy(hashed, nowhere);
      const std::uint64_t size_bytes = hashed.size_bytes();
      const Digest got = hashed.digest();
      if (got == digest) return;
      add(where, fmt::format("is damaged: its {} bytes have the digest {}", size_bytes, got.str()));
      damaged_.insert(digest);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::not_found) return;
      if (error.kind() == ErrorKind::cancelled) throw;
      add(where, error.message());
      damaged_.insert(digest);
    }
  }

  void drop_damaged_blobs() {
    if (!options_.mend) return;
    for (const Digest& digest : damaged_) remove_tree(store_.layout().blob(digest));
  }

  bool is_sound(const Digest& digest) const {
    return store_.blobs().has(digest) && !damaged_.contains(digest);
  }

  // -- rows that point

  void check_images() {
    const auto names = store_.list_names();
    for (const NamedImage& image : names) {
      if (check_image("image " + image.name.familiar(), image.target) || !options_.mend) continue;
      store_.with_database([&](Database& rows) { remove_name(rows, image.name); });
    }
    for (const Descriptor& target : store_.list_unnamed()) {
      if (check_image("image " + target.digest.str(), target) || !options_.mend) continue;
      store_.with_database([&](Database& rows) { drop_unnamed(rows, target.digest); });
    }
  }

  /// Whether everything is there. Sizes are compared even if contents are not read.
  bool check_image(const std::string& where, const Descriptor& target) {
    std::vector<std::string> lacking;
    collect_lacking(target, lacking);
    if (lacking.empty()) return true;
    add(where, fmt::format("lacks {}: {}pull or build it again", join(lacking, ", "),
                           options_.mend ? "its name was removed, " : ""));
    return false;
  }

  void collect_lacking(const Descriptor& top, std::vector<std::string>& lacking) {
    std::vector<Descriptor> waiting{top};
    std::set<Digest> seen{top.digest};
    while (!waiting.empty()) {
      const Descriptor next = waiting.back();
      waiting.pop_back();
      if (!has_whole(next)) {
        lacking.push_back("manifest " + next.digest.str());
        continue;
      }
      for (const Descriptor& part : check_manifest(next, lacking)) {
        if (store_.blobs().has(part.digest) && seen.insert(part.digest).second) {
          waiting.push_back(part);
        }
      }
    }
  }

  /// The instances of an index.
  std::vector<Descriptor> check_manifest(const Descriptor& manifest,
                                         std::vector<std::string>& lacking) {
    try {
      ManifestParts parts = parts_of(read_manifest(store_.blobs(), manifest));
      for (const Descriptor& blob : parts.blobs) {
        if (!blob.data && !has_whole(blob)) lacking.push_back("blob " + blob.digest.str());
      }
      check_known(manifest, parts);
      return std::move(parts.manifests);
    } catch (const Error& error) {
      lacking.push_back(fmt::format("a sound manifest ({})", error.message()));
      return {};
    }
  }

  bool has_whole(const Descriptor& blob) const {
    return is_sound(blob.digest) && store_.blobs().find_size(blob.digest) == blob.size_bytes;
  }

  void check_known(const Descriptor& manifest, const ManifestParts& parts) {
    if (store_.find_manifest_descriptor(manifest.digest)) return;
    add("manifest " + manifest.digest.str(), "is not listed in the database");
    if (!options_.mend) return;
    store_.with_database([&](Database& rows) { remember_manifest(rows, manifest, parts); });
  }

  void check_cache() {
    for (const CacheRecord& record : store_.list_cache()) {
      const auto blobs =
          store_.with_database([&](Database& rows) { return find_cache_blobs(rows, record.key); });
      const auto lost =
          std::ranges::find_if(blobs, [&](const Digest& blob) { return !is_sound(blob); });
      if (lost == blobs.end()) continue;
      add("cache record " + printable(record.key), "points at the missing blob " + lost->str());
      if (options_.mend) {
        store_.with_database([&](Database& rows) { drop_cache(rows, record.key); });
      }
    }
  }

  /// Under the lock: no process can begin one of these meanwhile.
  void check_leavings() {
    for (const std::string& path : find_leavings(store_.layout())) {
      StoreFlaw flaw{path, "was left by a process that died", false, true};
      if (options_.mend) {
        try {
          remove_tree(path);
          flaw.mended = true;
        } catch (const Error& error) {
          flaw.what = error.message();
        }
      }
      flaws_.push_back(std::move(flaw));
    }
  }

  void check_database() {
    const auto complaints = store_.with_database([](Database& rows) {
      std::vector<std::string> found;
      Statement row = rows.query("PRAGMA quick_check(10)");
      while (row.next()) found.push_back(row.text(0));
      return found;
    });
    for (const std::string& complaint : complaints) {
      if (complaint != "ok") flaws_.push_back({store_.layout().database(), complaint, false});
    }
  }

  // -- tocs

  void check_tocs() {
    for (const std::string& name : list_directory(store_.layout().tocs())) {
      const std::string path = store_.layout().tocs() + "/" + name;
      const auto diff_id = Digest::try_parse((name.size() == 128 ? "sha512:" : "sha256:") + name);
      if (!diff_id) {
        add(path, "is no toc, but stands where tocs are");
        if (options_.mend) remove_tree(path);
        continue;
      }
      const auto toc = store_.find_toc(*diff_id);
      if (!toc) {
        add("toc of " + diff_id->str(), "is damaged or of another version");
        if (options_.mend) rebuild(*diff_id, path);
      } else if (options_.contents) {
        compare(*toc, path);
      }
    }
  }

  std::optional<Descriptor> find_sound_blob(const Digest& diff_id) {
    for (const Descriptor& blob : store_.find_blobs(diff_id)) {
      if (is_sound(blob.digest)) return blob;
    }
    return std::nullopt;
  }

  void rebuild(const Digest& diff_id, const std::string& path) {
    remove_tree(path);
    if (const auto blob = find_sound_blob(diff_id)) store_.toc(*blob, diff_id);
  }

  void compare(const Toc& toc, const std::string& path) {
    const auto blob = find_sound_blob(toc.diff_id());
    if (!blob) return;
    const std::string where = "toc of " + toc.diff_id().str();
    try {
      const auto tar = store_.open_layer(*blob);
      const auto fresh = index_layer(*tar, "layer " + blob->digest.str());
      if (fresh->diff_id() != toc.diff_id()) {
        add("layer " + blob->digest.str(),
            fmt::format("has the diff id {}, not {}", fresh->diff_id().str(), toc.diff_id().str()));
        if (options_.mend) forget_everything_of(*blob, path);
      } else if (fresh->bytes() != toc.bytes()) {
        add(where, "disagrees with the layer");
        if (options_.mend) store_.write_toc(*fresh);
      }
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::not_found) return;
      if (error.kind() == ErrorKind::cancelled) throw;
      add(where, error.message());
      if (options_.mend) forget_everything_of(*blob, path);
    }
  }

  void forget_everything_of(const Descriptor& blob, const std::string& toc_path) {
    store_.with_database([&](Database& rows) { forget_layer(rows, blob.digest); });
    remove_tree(toc_path);
  }

  LocalStore& store_;
  const CheckOptions& options_;
  std::vector<StoreFlaw> flaws_;
  std::set<Digest> damaged_;
};

}  // namespace

std::vector<StoreFlaw> check_store(Store& store, const CheckOptions& options) {
  LocalStore& here = local(store);
  if (options.mend) here.require_writable("mend the store");
  return Check(here, options).run();
}

}  // namespace lade
