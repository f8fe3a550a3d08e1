#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/file_lock.h"
#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

namespace {

Reference name_of(std::string_view text) { return Reference::parse(text); }

bool is_whole(Store& store, const StoredImage& image) {
  return store.has_blob(image.manifest.digest) && store.has_blob(image.config.digest) &&
         store.has_blob(image.layers[0].blob.digest);
}

std::string snapshot(const StoreFixture& f, const Digest& chain_id) {
  std::string path = f.root + "/snapshots/" + chain_id.hex();
  make_directories(path + "/sub");
  write_file_atomic(path + "/sub/file", "x");
  return path;
}

}  // namespace

TEST_CASE("gc removes what nothing refers to and keeps named images whole") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  f.store->set_name(name_of("a"), a.manifest);
  const Descriptor loose = f.store->put_blob("loose", "x");
  const GcReport report = collect_garbage(*f.store, {});
  CHECK(is_whole(*f.store, a));
  CHECK(file_exists(f.root + "/tocs/" + a.layers[0].written.toc->diff_id().hex()));
  CHECK_FALSE(f.store->has_blob(b.manifest.digest));
  CHECK_FALSE(f.store->has_blob(b.config.digest));
  CHECK_FALSE(f.store->has_blob(b.layers[0].blob.digest));
  CHECK_FALSE(f.store->has_blob(loose.digest));
  CHECK_FALSE(file_exists(f.root + "/tocs/" + b.layers[0].written.toc->diff_id().hex()));
  CHECK(report.removed_blobs == 4);
  CHECK(report.removed_images.empty());
  CHECK(report.freed_bytes == b.manifest.size_bytes + b.config.size_bytes +
                                  b.layers[0].blob.size_bytes + 5 +
                                  b.layers[0].written.toc->bytes().size());
  CHECK(f.store->find_diff_id(b.layers[0].blob.digest) == std::nullopt);
  CHECK(error_of([&] { f.store->resolve(b.config.digest.hex()); }).first == ErrorKind::not_found);
  CHECK(lines_of(check_store(*f.store, {})).empty());
  CHECK(collect_garbage(*f.store, {}).removed_blobs == 0);
}

TEST_CASE("a dry run tells the same and removes nothing") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  f.store->set_name(name_of("a"), a.manifest);
  f.store->keep_unnamed(b.manifest);
  f.store->put_cache("k", "v", {});
  GcOptions options{.all_images = true, .build_cache = true, .dry_run = true};
  const GcReport planned = collect_garbage(*f.store, options);
  CHECK(is_whole(*f.store, a));
  CHECK(is_whole(*f.store, b));
  CHECK(f.store->list_unnamed().size() == 1);
  CHECK(f.store->list_cache().size() == 1);
  options.dry_run = false;
  const GcReport done = collect_garbage(*f.store, options);
  CHECK(planned.removed_images == done.removed_images);
  CHECK(planned.removed_blobs == done.removed_blobs);
  CHECK(planned.removed_cache_records == done.removed_cache_records);
  CHECK(planned.freed_bytes == done.freed_bytes);
  CHECK(done.removed_blobs == 6);
  CHECK(done.removed_images ==
        std::vector<std::string>{"docker.io/library/a:latest", b.manifest.digest.str()});
}

TEST_CASE("images without a name stay unless they are to go") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->keep_unnamed(a.manifest);
  collect_garbage(*f.store, {.unnamed = false});
  CHECK(is_whole(*f.store, a));
  const GcReport report = collect_garbage(*f.store, {});
  CHECK(report.removed_images == std::vector{a.manifest.digest.str()});
  CHECK_FALSE(f.store->has_blob(a.manifest.digest));
}

TEST_CASE("gc follows an index to its instances") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  const Index index{.media_type = std::string(media_type::oci_index),
                    .manifests = {a.manifest, b.manifest}};
  f.store->set_name(name_of("multi"), f.store->put_blob(serialize(index), media_type::oci_index));
  CHECK(collect_garbage(*f.store, {}).removed_blobs == 0);
  CHECK(is_whole(*f.store, a));
  CHECK(is_whole(*f.store, b));
}

TEST_CASE("artifacts live as long as their subject") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(name_of("a"), a.manifest);
  const Descriptor signature = put_artifact(*f.store, a.manifest, "signature");
  const Descriptor about_it = put_artifact(*f.store, signature, "about the signature");
  CHECK(collect_garbage(*f.store, {}).removed_blobs == 0);
  CHECK(f.store->list_attached(a.manifest.digest).size() == 1);
  f.store->remove_name(name_of("a"));
  collect_garbage(*f.store, {});
  CHECK_FALSE(f.store->has_blob(signature.digest));
  CHECK_FALSE(f.store->has_blob(about_it.digest));
  CHECK(f.store->list_attached(a.manifest.digest).empty());
}

TEST_CASE("the cache keeps its blobs until its records go") {
  StoreFixture f;
  const Descriptor fresh = f.store->put_blob("fresh", "x");
  const Descriptor old = f.store->put_blob("old", "x");
  f.store->put_cache("old", "v", {old.digest});
  f.now.seconds += 1000;
  f.store->put_cache("fresh", "v", {fresh.digest});
  CHECK(collect_garbage(*f.store, {}).removed_blobs == 0);
  const GcReport report = collect_garbage(
      *f.store, {.build_cache = true, .unused_since = Timestamp{f.now.seconds - 10, 0}});
  CHECK(report.removed_cache_records == 1);
  CHECK_FALSE(f.store->has_blob(old.digest));
  CHECK(f.store->has_blob(fresh.digest));
  CHECK(collect_garbage(*f.store, {.build_cache = true}).removed_cache_records == 1);
  CHECK_FALSE(f.store->has_blob(fresh.digest));
}

TEST_CASE("snapshots stay for images that are kept and for leases") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(name_of("a"), a.manifest);
  const std::string kept = snapshot(f, a.layers[0].written.toc->diff_id());
  const std::string leased = snapshot(f, digest_of("leased"));
  const std::string loose = snapshot(f, digest_of("loose"));
  auto lease = f.store->lease();
  lease->add_snapshot(digest_of("leased"));
  const auto other = f.open();
  CHECK(collect_garbage(*other, {}).removed_snapshots == 1);
  CHECK(file_exists(kept));
  CHECK(file_exists(leased));
  CHECK_FALSE(file_exists(loose));
  lease.reset();
  CHECK(collect_garbage(*other, {}).removed_snapshots == 1);
  CHECK_FALSE(file_exists(leased));
}

TEST_CASE("a lease keeps what was added, written and looked for, as long as it lives") {
  StoreFixture f;
  const Descriptor before = f.store->put_blob("before", "x");
  const Descriptor looked = f.store->put_blob("looked for", "x");
  const Descriptor added = f.store->put_blob("added", "x");
  const StoredImage image = put_image(*f.store, "image");
  const auto other = f.open();
  {
    const auto lease = f.store->lease();
    const auto second = f.store->lease();
    const Descriptor written = f.store->put_blob("written", "x");
    CHECK(f.store->has_blob(looked.digest));
    lease->add(added.digest);
    lease->add(image.manifest.digest);
    collect_garbage(*other, {});
    CHECK_FALSE(other->has_blob(before.digest));
    CHECK(other->has_blob(looked.digest));
    CHECK(other->has_blob(added.digest));
    CHECK(other->has_blob(written.digest));
    CHECK(is_whole(*other, image));
    collect_garbage(*f.store, {});
    CHECK(other->has_blob(written.digest));
  }
  collect_garbage(*other, {});
  CHECK_FALSE(other->has_blob(added.digest));
  CHECK_FALSE(other->has_blob(image.manifest.digest));
}

TEST_CASE("a named image that is in use keeps its name when all images go") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  f.store->set_name(name_of("a"), a.manifest);
  f.store->set_name(name_of("b"), b.manifest);
  const auto source = open_store_image(f.store, f.store->resolve("a"));
  collect_garbage(*f.open(), {.all_images = true});
  CHECK(f.store->list_names().size() == 1);
  CHECK(source->manifest().digest == a.manifest.digest);
}

TEST_CASE("the lease of a container counts as long as the container is there") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  make_directories(f.root + "/containers/c1");
  write_file_atomic(f.root + "/containers/c1/lease", "blob " + a.manifest.digest.str() + "\n");
  collect_garbage(*f.store, {});
  CHECK(is_whole(*f.store, a));
  remove_tree(f.root + "/containers/c1");
  collect_garbage(*f.store, {});
  CHECK_FALSE(f.store->has_blob(a.manifest.digest));
}

TEST_CASE("what a dead process left in tmp goes, a living one's stays") {
  StoreFixture f;
  const std::string mine = f.store->make_work_dir("build");
  write_file_atomic(mine + "/file", "x");
  const pid_t child = ::fork();
  if (child == 0) {
    const auto store = f.open();
    const std::string work = store->make_work_dir("build");
    write_file_atomic(work + "/file", "x");
    auto writer = store->begin_blob(HashAlgorithm::sha256);
    writer->write("half");
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  const auto found = check_store(*f.store, {});
  REQUIRE(found.size() == 1);
  CHECK(found[0].garbage);
  CHECK_FALSE(found[0].mended);
  const std::string left = found[0].where;
  CHECK(file_exists(left));
  SECTION("when garbage is collected") { collect_garbage(*f.store, {}); }
  SECTION("when the store is mended") {
    const auto mended = check_store(*f.store, {.mend = true});
    REQUIRE(mended.size() == 1);
    CHECK(mended[0].where == left);
    CHECK(mended[0].mended);
  }
  CHECK_FALSE(file_exists(left));
  CHECK(file_exists(mine + "/file"));
  CHECK(check_store(*f.store, {}).empty());
}

TEST_CASE("a work directory outlives the store object that made it") {
  StoreFixture f;
  const std::string work = f.store->make_work_dir("build");
  f.store.reset();
  collect_garbage(*f.open(), {});
  CHECK(file_exists(work));
}

TEST_CASE("gc leaves what is damaged to check, and does not fail on it") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(name_of("a"), a.manifest);
  ::unlink(f.blob_path(a.manifest.digest).c_str());
  write_file_atomic(f.blob_path(a.manifest.digest), "{");
  CHECK_NOTHROW(collect_garbage(*f.store, {}));
  CHECK(f.store->has_blob(a.manifest.digest));
}

TEST_CASE("gc removes cache mounts that nobody uses, by their last use") {
  StoreFixture f;
  const auto make_cache = [&](const std::string& name, std::int64_t used) {
    std::string path = f.root + "/caches/" + name;
    make_directories(path + "/fs");
    write_file_atomic(path + "/fs/file", "four");
    write_file_atomic(path + ".used", "");
    const timespec times[2] = {{used, 0}, {used, 0}};
    REQUIRE(::utimensat(AT_FDCWD, (path + ".used").c_str(), times, 0) == 0);
    return path;
  };
  const std::string old = make_cache("a", 1000);
  const std::string recent = make_cache("b.1", 3000);
  const std::string busy = make_cache("c", 1000);
  auto use = FileLock::try_acquire(busy + ".used", FileLock::Mode::shared);
  CHECK(collect_garbage(*f.store, {.build_cache = true}).removed_cache_mounts == 0);

  GcOptions options{.cache_mounts = true, .unused_since = Timestamp{2000, 0}, .dry_run = true};
  CHECK(collect_garbage(*f.store, options).removed_cache_mounts == 1);
  CHECK(file_exists(old));
  options.dry_run = false;
  const GcReport report = collect_garbage(*f.store, options);
  CHECK(report.removed_cache_mounts == 1);
  CHECK(report.freed_bytes == 4);
  CHECK_FALSE(file_exists(old));
  CHECK(file_exists(recent));

  options.unused_since.reset();
  CHECK(collect_garbage(*f.store, options).removed_cache_mounts == 1);
  CHECK_FALSE(file_exists(recent));
  CHECK(file_exists(busy + "/fs/file"));
  use.reset();
  CHECK(collect_garbage(*f.store, options).removed_cache_mounts == 1);
  CHECK_FALSE(file_exists(busy));
}
