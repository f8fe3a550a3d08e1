#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

TEST_CASE("a blob is kept under its digest, read-only, and can be read back") {
  StoreFixture f;
  const Descriptor blob = f.store->put_blob("hello", "text/plain");
  CHECK(blob.digest.str() ==
        "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
  CHECK(blob.size_bytes == 5);
  CHECK(blob.media_type == "text/plain");
  CHECK(f.store->has_blob(blob.digest));
  CHECK(f.store->find_blob_size(blob.digest) == 5);
  CHECK(f.store->read_blob(blob.digest, 100) == "hello");
  struct stat status {};
  REQUIRE(::stat(f.blob_path(blob.digest).c_str(), &status) == 0);
  CHECK((status.st_mode & 07777U) == 0444);
}

TEST_CASE("an empty blob is a blob") {
  StoreFixture f;
  const Descriptor blob = f.store->put_blob("", "text/plain");
  CHECK(f.store->find_blob_size(blob.digest) == 0);
  CHECK(f.store->read_blob(blob.digest, 0).empty());
}

TEST_CASE("a blob of sha512 stands beside those of sha256") {
  StoreFixture f;
  const auto writer = f.store->begin_blob(HashAlgorithm::sha512);
  writer->write("hello");
  const Descriptor blob = writer->commit(nullptr);
  CHECK(blob.digest == digest_of("hello", HashAlgorithm::sha512));
  CHECK(f.store->read_blob(blob.digest, 100) == "hello");
  CHECK_FALSE(f.store->has_blob(digest_of("hello")));
}

TEST_CASE("the same blob may be written twice") {
  StoreFixture f;
  const Descriptor first = f.store->put_blob("hello", "text/plain");
  CHECK(f.store->put_blob("hello", "text/plain") == first);
  CHECK(f.store->read_blob(first.digest, 100) == "hello");
}

TEST_CASE("a truncated blob is replaced when its bytes come again") {
  StoreFixture f;
  const Descriptor blob = f.store->put_blob("hello", "text/plain");
  REQUIRE(::chmod(f.blob_path(blob.digest).c_str(), 0644) == 0);
  REQUIRE(::truncate(f.blob_path(blob.digest).c_str(), 2) == 0);
  f.store->put_blob("hello", "text/plain");
  CHECK(f.store->read_blob(blob.digest, 100) == "hello");
}

TEST_CASE("a blob that is not what was expected is refused and leaves nothing") {
  StoreFixture f;
  const Descriptor hello{"", digest_of("hello"), 5};
  struct Case {
    std::string_view text;
    std::string_view complaint;
  };
  for (const Case& c :
       {Case{"hellp", "its bytes have the digest sha256:"}, Case{"hello!", "wanted 5 bytes, got 6"},
        Case{"hell", "wanted 5 bytes, got 4"}}) {
    const auto writer = f.store->begin_blob(HashAlgorithm::sha256);
    writer->write(c.text);
    const auto [kind, message] = error_of([&] { writer->commit(&hello); });
    CHECK(kind == ErrorKind::corrupt);
    CHECK(contains(message, c.complaint));
    CHECK(contains(message, hello.digest.str()));
  }
  CHECK_FALSE(f.store->has_blob(hello.digest));
  CHECK(lines_of(check_store(*f.store, {})).empty());
}

TEST_CASE("a blob writer that is dropped leaves no file") {
  StoreFixture f;
  { f.store->begin_blob(HashAlgorithm::sha256)->write("half a bl"); }
  f.store.reset();
  CHECK(::rmdir((f.root + "/tmp").c_str()) == 0);
}

TEST_CASE("a blob that is not there is not found") {
  StoreFixture f;
  const Digest digest = digest_of("nothing");
  CHECK_FALSE(f.store->has_blob(digest));
  CHECK(f.store->find_blob_size(digest) == std::nullopt);
  const auto [kind, message] = error_of([&] { f.store->open_blob(digest); });
  CHECK(kind == ErrorKind::not_found);
  CHECK(contains(message, digest.str()));
  CHECK(contains(message, f.root));
  CHECK(error_of([&] { f.store->read_blob(digest, 10); }).first == ErrorKind::not_found);
}

TEST_CASE("reading a blob whole checks its bytes and its bound") {
  StoreFixture f;
  const Descriptor blob = f.store->put_blob("hello", "text/plain");
  CHECK(error_of([&] { f.store->read_blob(blob.digest, 4); }).first == ErrorKind::invalid);
  ::unlink(f.blob_path(blob.digest).c_str());
  write_file_atomic(f.blob_path(blob.digest), "jello");
  const auto [kind, message] = error_of([&] { f.store->read_blob(blob.digest, 100); });
  CHECK(kind == ErrorKind::corrupt);
  CHECK(contains(message, "damaged"));
}

TEST_CASE("what claims to be a manifest must be one") {
  StoreFixture f;
  CHECK(error_of([&] { f.store->put_blob("{}", media_type::oci_manifest); }).first ==
        ErrorKind::invalid);
  CHECK_FALSE(f.store->has_blob(digest_of("{}")));
}
