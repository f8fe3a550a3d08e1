#include <fcntl.h>
#include <unistd.h>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/store/layer_content.h"
#include "libimage/store/layer_files.h"
#include "libimage/store/layer_rows.h"
#include "libimage/store/local_store.h"
#include "libimage/stream/cancellable.h"

// Tocs are derived from blobs, so they are never precious: one that is missing, damaged or of an
// older version is made again, under a lock so that processes which want the same one do the work
// once. They are renamed into place without a sync: what a power cut spoils, their checksum shows.
namespace lade {
namespace {

LayerFile open_layer_file(const BlobDir& blobs, const Digest& digest) {
  Fd file = blobs.open(digest);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) fail_errno("cannot look at blob {}", digest.str());
  return {std::move(file), static_cast<std::uint64_t>(status.st_size), "layer " + digest.str()};
}

}  // namespace

std::shared_ptr<const Toc> LocalStore::find_toc(const Digest& diff_id) const {
  return tocs_.with([&](auto& tocs) -> std::shared_ptr<const Toc> {
    if (auto used = tocs[diff_id].lock()) return used;
    try {
      auto toc = Toc::open(layout_.toc(diff_id));
      if (toc->diff_id() != diff_id) return nullptr;
      std::erase_if(tocs, [](const auto& known) { return known.second.expired(); });
      tocs[diff_id] = toc;
      return toc;
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::corrupt ||
          error.kind() == ErrorKind::unsupported) {
        return nullptr;
      }
      throw;
    }
  });
}

void LocalStore::write_toc(const Toc& toc) {
  const std::string temporary = session_->new_path("toc");
  Fd file = open_fd(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0444);
  try {
    write_full(file.get(), as_bytes(toc.bytes()));
    const std::string path = layout_.toc(toc.diff_id());
    if (::rename(temporary.c_str(), path.c_str()) != 0) fail_errno("cannot make {}", path);
  } catch (Error& error) {
    ::unlink(temporary.c_str());
    error.add_context("cannot store the toc of " + toc.diff_id().str());
    throw;
  }
}

void LocalStore::put_layer(const Descriptor& blob, const WrittenLayer& layer) {
  require_writable("remember a layer");
  const Digest diff_id = layer.toc->diff_id();
  if (!find_toc(diff_id)) write_toc(*layer.toc);
  with_database([&](Database& rows) {
    remember_layer(rows, blob, diff_id, layer.toc->tar_bytes(), layer.frames);
  });
}

std::optional<LayerFacts> LocalStore::find_layer(const Digest& blob) {
  return with_database([&](Database& rows) { return find_layer_facts(rows, blob); });
}

std::shared_ptr<const Toc> LocalStore::index(const Descriptor& blob, const Digest& diff_id) {
  const auto tar = open_layer(blob);
  auto toc = index_layer(*tar, "layer " + blob.digest.str());
  if (toc->diff_id() != diff_id) {
    fail(ErrorKind::corrupt, "layer {}: its contents have the diff id {}, the image says {}",
         blob.digest.str(), toc->diff_id().str(), diff_id.str());
  }
  return toc;
}

std::shared_ptr<const Toc> LocalStore::toc(const Descriptor& blob, const Digest& diff_id) {
  if (auto known = find_toc(diff_id)) return known;
  if (read_only_) return index(blob, diff_id);
  const auto lock =
      FileLock::acquire(layout_.lock("toc-" + diff_id.hex()), FileLock::Mode::exclusive);
  if (auto made_meanwhile = find_toc(diff_id)) return made_meanwhile;
  auto toc = index(blob, diff_id);
  write_toc(*toc);
  with_database([&](Database& rows) { remember_layer(rows, blob, diff_id, toc->tar_bytes(), {}); });
  return toc;
}

ExpansionLimit LocalStore::expansion_of(const Digest& blob) {
  return find_layer(blob) ? no_expansion_limit : limits_.expansion;
}

std::unique_ptr<Source> LocalStore::open_layer(const Descriptor& blob) {
  return cancellable(open_tar(open_layer_file(blobs_, blob.digest), expansion_of(blob.digest)),
                     limits_.cancel);
}

std::unique_ptr<Source> LocalStore::open_content(const Descriptor& blob, const TocEntry& file) {
  const auto frames = with_database([&](Database& rows) { return find_frames(rows, blob.digest); });
  return cancellable(open_file_content(open_layer_file(blobs_, blob.digest), file, frames,
                                       expansion_of(blob.digest)),
                     limits_.cancel);
}

std::unique_ptr<LayerFiles> LocalStore::open_files(const Descriptor& blob) {
  auto frames = with_database([&](Database& rows) { return find_frames(rows, blob.digest); });
  const auto facts = find_layer(blob.digest);
  LayerFile file = open_layer_file(blobs_, blob.digest);
  constexpr std::uint64_t usual_ratio = 3;
  const std::uint64_t tar_bytes = facts ? facts->tar_bytes : file.size_bytes * usual_ratio;
  std::function<Fd()> make_spool;
  if (!read_only_) {
    make_spool = [session = session_] {
      const std::string path = session->new_path("spool");
      Fd spool = open_fd(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
      ::unlink(path.c_str());
      return spool;
    };
  }
  return make_layer_files(std::move(file), std::move(frames), tar_bytes,
                          facts ? no_expansion_limit : limits_.expansion, std::move(make_spool));
}

std::optional<Digest> LocalStore::find_diff_id(const Digest& blob) {
  return with_database([&](Database& rows) { return lade::find_diff_id(rows, blob); });
}

std::vector<Descriptor> LocalStore::find_blobs(const Digest& diff_id) {
  return with_database([&](Database& rows) { return find_layer_blobs(rows, diff_id); });
}

void LocalStore::remember(const Descriptor& blob, const Digest& diff_id) {
  if (read_only_) return;
  with_database([&](Database& rows) { remember_layer(rows, blob, diff_id, std::nullopt, {}); });
}

}  // namespace lade
