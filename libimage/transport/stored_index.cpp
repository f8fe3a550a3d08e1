#include "libimage/transport/stored_index.h"

#include <fcntl.h>

#include <algorithm>
#include <filesystem>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file_lock.h"
#include "libimage/image/admission.h"
#include "libimage/image/artifact.h"
#include "libimage/image/copy.h"
#include "libimage/image/instance.h"
#include "libimage/image/pinned_source.h"
#include "libimage/oci/media_type.h"
#include "libimage/transport/index_origins.h"

namespace lade {
namespace {

FileLock lock_indexes(const Store& store) {
  return FileLock::acquire(store.root() + "/origins.lock", FileLock::Mode::exclusive);
}

void name_index(Store& store, const Reference& name, const Index& index) {
  store.set_name(name, store.put_blob(serialize(index), index.media_type));
}

/// What the indexes in the store list.
std::set<Digest> listed_images(Store& store) {
  std::set<Digest> listed;
  for (const NamedImage& named : store.list_names()) {
    if (!media_type::is_index(named.target.media_type)) continue;
    const std::string bytes = store.read_blob(named.target.digest, manifest_limit_bytes);
    const Index index = parse_index(bytes, named.target.media_type, named.name.str());
    for (const Descriptor& entry : index.manifests) listed.insert(entry.digest);
  }
  return listed;
}

/// Under the lock; `origins` are those of new entries.
RawManifest change_index(Store& store, const Reference& name,
                         const std::function<void(Index&)>& change,
                         const std::map<Digest, std::string>& origins) {
  const FileLock lock = lock_indexes(store);
  const auto lease = store.lease();
  const RawManifest before = read_stored_index(store, name);
  Index index = parse_index(before.bytes, before.media_type, name.str());
  change(index);
  IndexOrigins known = IndexOrigins::read(store.root());
  const bool had_some = !known.empty();
  for (const auto& [digest, place] : origins) known.put(digest, place);
  // written before the index needs it, tidied when nothing does any more
  if (!origins.empty()) known.write(store.root());
  name_index(store, name, index);
  known.keep_only(listed_images(store));
  if (had_some || !origins.empty()) known.write(store.root());
  return raw_manifest(serialize(index), index.media_type);
}

/// What an image brings into an index.
struct Addition {
  std::vector<Descriptor> entries{};
  std::map<Digest, std::string> origins{};
  std::optional<Digest> unnamed{};  ///< what is in the store without a name for this alone
};

std::vector<Descriptor> entries_of(ImageSource& source, const RawManifest& top,
                                   const TransportContext& context, bool all) {
  if (!media_type::is_index(top.media_type)) return {make_entry(source, top)};
  if (all) return parse_index(top.bytes, top.media_type, source.name()).manifests;
  const Instance instance = choose_instance(source, top, context.platform);
  Descriptor entry = make_entry(source, instance.manifest);
  if (instance.entry.platform) entry.platform = instance.entry.platform;
  entry.annotations = instance.entry.annotations;
  return {entry};
}

Addition refer_to(const std::string& repository, ImageSource& source,
                  const TransportContext& context, bool all) {
  Addition addition{entries_of(source, read_manifest(source), context, all)};
  for (const Descriptor& entry : addition.entries) {
    addition.origins[entry.digest] = fmt::format("docker://{}@{}", repository, entry.digest.str());
  }
  return addition;
}

/// Into the store, kept without a name until the index refers to it.
Addition copy_in(const std::shared_ptr<Store>& store, ImageSource& source,
                 const TransportContext& context, bool all, Progress& progress) {
  const std::vector<Descriptor> before = store->list_unnamed();
  const auto destination = open_store_destination(store, std::nullopt);
  CopyOptions options;
  options.platforms.kind = all ? PlatformChoice::Kind::all : PlatformChoice::Kind::one;
  options.platforms.wanted = context.platform;
  options.memory = store.get();
  options.expansion = context.expansion;
  const RawManifest top = copy_image(source, *destination, options, progress).manifest;
  const auto copied = open_store_image(
      store, {Reference::parse("localhost/unnamed@" + top.digest.str()), top.descriptor(), {}});
  Addition addition{entries_of(*copied, top, context, all)};
  const bool was_kept = std::any_of(before.begin(), before.end(), [&](const Descriptor& one) {
    return one.digest == top.digest;
  });
  if (!was_kept) addition.unnamed = top.digest;
  return addition;
}

std::string repository_of(const std::string& details) {
  return Reference::parse(std::string_view(details).substr(std::string_view("//").size())).name();
}

}  // namespace

void create_index(Store& store, const Reference& name, const Index& first, bool amend) {
  const FileLock lock = lock_indexes(store);
  const auto lease = store.lease();
  if (store.find_name(name)) {
    read_stored_index(store, name);
    if (amend) return;
    fail(ErrorKind::conflict, "there is an index {} already; --amend goes on with it", name.str());
  }
  name_index(store, name, first);
}

RawManifest read_stored_index(Store& store, const Reference& name) {
  const auto image = store.find_name(name);
  if (!image) fail(ErrorKind::not_found, "there is no index {} in the store", name.str());
  const Descriptor& target = image->target;
  if (!media_type::is_index(target.media_type)) {
    fail(ErrorKind::invalid, "{} is an image, and no index", name.str());
  }
  return {store.read_blob(target.digest, manifest_limit_bytes), target.media_type, target.digest};
}

RawManifest edit_index(Store& store, const Reference& name,
                       const std::function<void(Index&)>& change) {
  return change_index(store, name, change, {});
}

std::vector<Descriptor> add_to_index(const TransportContext& context, const Reference& name,
                                     const ImageName& image, const AddOptions& options,
                                     Progress& progress) {
  const auto store = context.store();
  read_stored_index(*store, name);
  const auto lease = store->lease();
  auto source = open_source(image, context);
  if (options.admission != nullptr) {
    source = pinned(std::move(source));
    using Kind = PlatformChoice::Kind;
    const PlatformChoice choice{.kind = options.all ? Kind::all : Kind::one,
                                .wanted = context.platform};
    admit_images(*source, choice, *options.admission);
  }
  Addition addition;
  if (image.transport == "docker") {
    addition = refer_to(repository_of(image.details), *source, context, options.all);
  } else if (image.transport == "store") {
    addition.entries = entries_of(*source, read_manifest(*source), context, options.all);
  } else {
    addition = copy_in(store, *source, context, options.all, progress);
  }
  for (Descriptor& entry : addition.entries) describe_instance(entry, options.words);
  change_index(
      *store, name,
      [&](Index& index) {
        for (const Descriptor& entry : addition.entries) put_instance(index, entry);
      },
      addition.origins);
  if (addition.unnamed) store->drop_unnamed(*addition.unnamed);
  return addition.entries;
}

Descriptor add_artifact_to_index(Store& store, const Reference& name, const FileArtifact& artifact,
                                 const InstanceWords& words) {
  const auto lease = store.lease();
  ArtifactOptions options{.artifact_type = artifact.artifact_type};
  for (const std::string& path : artifact.files) {
    FdSource file(open_fd(path, O_RDONLY), path);
    const auto writer = store.begin_blob(HashAlgorithm::sha256);
    copy(file, *writer);
    Descriptor layer = writer->commit(nullptr);
    layer.media_type = artifact.layer_type;
    layer.annotations["org.opencontainers.image.title"] =
        std::filesystem::path(path).filename().string();
    options.blobs.push_back(std::move(layer));
  }
  store.put_blob(empty_blob, empty_descriptor().media_type);
  const RawManifest manifest = author_artifact(options);
  Descriptor entry = store.put_blob(manifest.bytes, manifest.media_type);
  entry.artifact_type = artifact.artifact_type;
  describe_instance(entry, words);
  edit_index(store, name, [&](Index& index) { put_instance(index, entry); });
  return entry;
}

}  // namespace lade
