#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/base/text.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/store/database.h"
#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

namespace {

Reference named(std::string_view text) { return Reference::parse(text); }

void overwrite(const std::string& path, std::string_view text) {
  ::unlink(path.c_str());
  write_file_atomic(path, text);
  ::chmod(path.c_str(), 0444);
}

void flip_a_bit(const std::string& path) {
  std::string bytes = read_file(path, 1U << 20U);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  overwrite(path, bytes);
}

/// Is exactly what is expected found, mended, and gone afterwards?
void require_found_and_mended(StoreFixture& f, const std::vector<std::string>& parts) {
  const auto found = check_store(*f.store, {});
  for (const StoreFlaw& flaw : found) CHECK_FALSE(flaw.mended);
  const auto mended = check_store(*f.store, {.mend = true});
  for (const auto& lines : {lines_of(found), lines_of(mended)}) {
    CAPTURE(lines);
    REQUIRE(lines.size() == parts.size());
    for (std::size_t i = 0; i < lines.size(); ++i) CHECK(contains(lines[i], parts[i]));
  }
  for (const StoreFlaw& flaw : mended) CHECK(flaw.mended);
  CHECK(lines_of(check_store(*f.store, {})).empty());
}

}  // namespace

TEST_CASE("check finds a damaged layer and says which image to pull again") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredImage b = put_image(*f.store, "b");
  f.store->set_name(named("a"), a.manifest);
  f.store->set_name(named("b"), b.manifest);
  f.store->keep_unnamed(a.manifest);
  f.store->put_cache("step", "v", {a.layers[0].blob.digest});
  const std::string layer = a.layers[0].blob.digest.str();
  SECTION("a bit is flipped") {
    flip_a_bit(f.blob_path(a.layers[0].blob.digest));
    require_found_and_mended(
        f, {"blob " + layer + ": is damaged", "image a:latest: lacks blob " + layer,
            "image " + a.manifest.digest.str() + ": lacks", "cache record step: points at"});
  }
  SECTION("it is truncated") {
    overwrite(f.blob_path(a.layers[0].blob.digest), "x");
    require_found_and_mended(f,
                             {"blob " + layer + ": is damaged", "pull or build it again",
                              "image " + a.manifest.digest.str() + ": lacks", "cache record step"});
  }
  SECTION("it is missing") {
    ::unlink(f.blob_path(a.layers[0].blob.digest).c_str());
    require_found_and_mended(f, {"image a:latest: lacks blob " + layer,
                                 "image " + a.manifest.digest.str(), "cache record step"});
  }
  CHECK(f.store->find_name(named("b")));
  CHECK_FALSE(f.store->find_name(named("a")));
  CHECK(f.store->list_unnamed().empty());
  CHECK(f.store->list_cache().empty());
}

TEST_CASE("check finds truncated blobs without reading contents") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(named("a"), a.manifest);
  overwrite(f.blob_path(a.config.digest), "x");
  const auto flaws = check_store(*f.store, {.contents = false});
  REQUIRE(flaws.size() == 1);
  CHECK(contains(flaws[0].what, a.config.digest.str()));
}

TEST_CASE("check finds a missing or damaged manifest") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(named("a"), a.manifest);
  ::unlink(f.blob_path(a.manifest.digest).c_str());
  require_found_and_mended(f, {"lacks manifest " + a.manifest.digest.str()});
}

TEST_CASE("check finds wrong modes and foreign files") {
  StoreFixture f;
  const Descriptor blob = f.store->put_blob("x", "x");
  REQUIRE(::chmod(f.blob_path(blob.digest).c_str(), 0644) == 0);
  write_file_atomic(f.root + "/blobs/sha256/README", "x");
  make_directories(f.root + "/blobs/sha1/ab");
  write_file_atomic(f.root + "/tocs/junk", "x");
  REQUIRE(::symlink("/etc/passwd", f.blob_path(digest_of("link")).c_str()) == 0);
  const auto flaws = lines_of(check_store(*f.store, {.mend = true}));
  CAPTURE(flaws);
  CHECK(flaws.size() == 5);
  const std::string all = join(flaws, "\n");
  for (const std::string part :
       {"has the mode 0644, not 0444", "sha256/README: is no blob", "blobs/sha1: is no blob",
        "junk: is no toc", "is no regular file"}) {
    CHECK(contains(all, part));
  }
  CHECK(lines_of(check_store(*f.store, {})).empty());
  CHECK(f.store->read_blob(blob.digest, 10) == "x");
  CHECK(file_exists("/etc/passwd"));
}

TEST_CASE("check finds tocs that are damaged or tell of another layer and makes them anew") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  const StoredLayer other = put_layer(*f.store, {"z"}, "z");
  f.store->set_name(named("a"), a.manifest);
  const auto toc = a.layers[0].written.toc;
  const std::string path = f.root + "/tocs/" + toc->diff_id().hex();
  SECTION("damaged") {
    overwrite(path, "junk");
    require_found_and_mended(f, {"toc of " + toc->diff_id().str() + ": is damaged"});
  }
  SECTION("of another layer") {
    overwrite(path, other.written.toc->bytes());
    require_found_and_mended(f, {"is damaged"});
  }
  SECTION("disagreeing") {
    TocBuilder builder;
    overwrite(path, builder.finish(toc->diff_id(), toc->tar_bytes())->bytes());
    require_found_and_mended(f, {"disagrees with the layer"});
  }
  CHECK(read_file(path, 1U << 20U) == toc->bytes());
}

TEST_CASE("check finds what a lost fact hides") {
  StoreFixture f;
  const StoredImage a = put_image(*f.store, "a");
  f.store->set_name(named("a"), a.manifest);
  Database::open(f.root + "/lade.db", f.root + "/locks/database", false)
      .execute("DELETE FROM manifests");
  CHECK(f.store->find_image_id(a.manifest.digest) == std::nullopt);
  require_found_and_mended(f, {"is not listed in the database"});
  CHECK(f.store->find_image_id(a.manifest.digest) == a.config.digest);
}
