// Everything is collected in a hidden directory inside the target (which may be a mount point, so
// that nothing beside it can be renamed over it). At commit the old image goes, manifest first,
// then the new files move in, manifest last: a reader finds the old image, none, or the new one.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/file_lock.h"
#include "libimage/transport/blob_file.h"
#include "libimage/transport/blob_spool.h"
#include "libimage/transport/dir.h"
#include "libimage/transport/dir_files.h"
#include "libimage/transport/dir_signatures.h"
#include "libimage/transport/layout_index.h"
#include "libimage/transport/manifest_blobs.h"

namespace lade {
namespace {

constexpr std::string_view staging_prefix = ".lade-";

void require_own_directory(const std::string& path) {
  for (const std::string& name : names_in(path)) {
    if (name.starts_with(staging_prefix)) continue;
    if (is_dir_image(path)) return;
    fail(ErrorKind::conflict,
         "dir:{}: the directory has contents that are no dir: image ({}); it is not overwritten",
         path, name);
  }
}

/// Makes the target directory, and takes it away again unless it was filled.
class TargetDirectory {
 public:
  TargetDirectory(std::string path, bool dry_run) : path_(std::move(path)) {
    const bool is_there = file_exists(path_);
    if (dry_run && !is_there) return;
    created_ = !is_there;
    make_directories(path_);
    require_own_directory(path_);
  }
  TargetDirectory(const TargetDirectory&) = delete;
  TargetDirectory& operator=(const TargetDirectory&) = delete;
  ~TargetDirectory() {
    if (created_) ::rmdir(path_.c_str());
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool created_ = false;
};

class DirDestination final : public ImageDestination {
 public:
  DirDestination(const std::string& path, const TransportContext& context)
      : target_(path, context.dry_run),
        spool_(context.dry_run ? context.temporary_directory : path, std::string(staging_prefix)) {}

  std::string name() const override { return "dir:" + target_.path(); }
  const DestinationAbilities& abilities() const override { return abilities_; }
  bool has_blob(const Descriptor& descriptor) override { return spool_.has(descriptor.digest); }
  std::unique_ptr<BlobWriter> begin_blob(const Descriptor& expected) override {
    return spool_.begin(expected.digest.algorithm());
  }

  void put_manifest(const RawManifest& manifest) override {
    require_own_digest(manifest);
    require_all(manifest);
    manifests_.with(
        [&](auto& manifests) { manifests.insert_or_assign(manifest.digest, manifest.bytes); });
  }

  std::optional<Descriptor> find_top() override {
    if (!file_exists(file("manifest.json"))) return std::nullopt;
    const Descriptor top = open_dir(target_.path(), {})->find_top();
    return has_manifest(top) ? std::optional(top) : std::nullopt;
  }

  bool has_manifest(const Descriptor& manifest) override {
    try {
      const auto there = open_dir(target_.path(), {});
      require_blobs(there->manifest(manifest), name(), [&](const Descriptor& blob) {
        const auto found = there->find_blob_file(blob);
        struct stat status {};
        return found && ::fstat(found->get(), &status) == 0 &&
               static_cast<std::uint64_t>(status.st_size) == blob.size_bytes;
      });
      return true;
    } catch (const Error& error) {
      // what is missing or damaged is written anew
      if (error.kind() == ErrorKind::cancelled) throw;
      return false;
    }
  }

  std::vector<Referrer> referrers(const Digest& subject) override {
    if (!file_exists(file("manifest.json"))) return {};
    return open_dir(target_.path(), {})->referrers(subject);
  }

  void put_referrer(const RawManifest& manifest, const std::string& tag) override {
    put_manifest(manifest);
    referrers_.add(manifest.descriptor(), tag.empty() ? std::nullopt : std::optional(tag));
  }

  void put_signatures(const Digest& manifest, const std::vector<std::string>& signatures) override {
    signatures_.insert_or_assign(manifest, signatures);
  }

  std::vector<std::string> signatures(const Digest& manifest) override {
    if (!file_exists(file("manifest.json"))) return {};
    return open_dir(target_.path(), {})->signatures(manifest);
  }

  void commit(const RawManifest& top) override {
    require_own_digest(top);
    require_all(top);
    remove_dir_image_files(target_.path());
    write_file_atomic(file("version"), dir_version_text);
    move_in(&top.digest);
    write_signatures(top.digest);
    if (!referrers_.entries().empty()) {
      write_file_atomic(file(std::string(dir_referrers_name)), referrers_.serialize());
    }
    sync_directory(target_.path());
    write_file_atomic(file("manifest.json"), top.bytes);
  }

  void commit_referrers() override {
    if (!is_dir_image(target_.path())) fail(ErrorKind::not_found, "{} holds no image", name());
    const FileLock lock = FileLock::acquire(file("version"), FileLock::Mode::exclusive);
    const std::string list = file(std::string(dir_referrers_name));
    LayoutIndex all;
    if (const auto text = find_file(list, dir_referrers_limit_bytes))
      all = LayoutIndex(*text, list);
    for (std::size_t i = 0; i < referrers_.entries().size(); ++i) {
      const std::string tag = referrers_.ref_name(i);
      all.add(referrers_.entries()[i], tag.empty() ? std::nullopt : std::optional(tag));
    }
    move_in(nullptr);
    write_file_atomic(list, all.serialize());
    sync_directory(target_.path());
  }

 private:
  /// Blobs, and manifests but for the top one.
  void move_in(const Digest* top) {
    for (const auto& [digest, size_bytes] : spool_.blobs()) move_in(digest);
    manifests_.with([&](const auto& manifests) {
      for (const auto& [digest, bytes] : manifests) {
        if (top != nullptr && digest == *top) continue;
        write_file_atomic(file(digest.hex() + ".manifest.json"), bytes);
      }
    });
  }

  void write_signatures(const Digest& top) const {
    for (const auto& [manifest, signatures] : signatures_) {
      const std::string instance = manifest == top ? "" : manifest.hex();
      for (std::size_t i = 0; i < signatures.size(); ++i) {
        write_file_atomic(file(dir_signature_name(instance, i + 1)), signatures[i]);
      }
    }
  }

  void require_all(const RawManifest& manifest) {
    require_blobs(manifest, name(),
                  [this](const Descriptor& blob) { return spool_.has(blob.digest); });
  }

  std::string file(const std::string& name) const { return join_path(target_.path(), name); }

  void move_in(const Digest& digest) const {
    const std::string from = spool_.path_of(digest);
    const std::string to = file(digest.hex());
    // moved already, when something else was attached
    if (!file_exists(from) && file_exists(to)) return;
    const Fd blob = open_fd(from, O_RDONLY);
    if (::fsync(blob.get()) != 0) fail_errno("cannot sync {}", from);
    if (::rename(from.c_str(), to.c_str()) != 0) fail_errno("cannot rename {} to {}", from, to);
  }

  TargetDirectory target_;
  DestinationAbilities abilities_{.referrers = true, .signatures = true};
  LayoutIndex referrers_;
  BlobSpool spool_;
  Guarded<std::map<Digest, std::string>> manifests_;
  std::map<Digest, std::vector<std::string>> signatures_;
};

}  // namespace

std::unique_ptr<ImageDestination> write_dir(const std::string& details,
                                            const TransportContext& context) {
  return std::make_unique<DirDestination>(details, context);
}

void remove_dir(const std::string& details, const TransportContext&) {
  if (!is_dir_image(details)) {
    fail(ErrorKind::not_found, "dir:{} holds no image: it has no \"version\" of one", details);
  }
  remove_dir_image_files(details);
  ::rmdir(details.c_str());
}

}  // namespace lade
