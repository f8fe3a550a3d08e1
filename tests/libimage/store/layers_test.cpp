#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include "libimage/archive/tar_writer.h"
#include "libimage/base/task_group.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/store/frame_list.h"
#include "tests/libimage/store/store_fixture.h"

using namespace lade;
using namespace lade::store_test;

namespace {

/// Contents that compress badly, so that frames matter.
std::string noise(std::size_t size) {
  std::string text;
  std::uint32_t state = 1;
  while (text.size() < size) {
    state = state * 1664525U + 1013904223U;
    text += static_cast<char>(state >> 24U);
  }
  return text;
}

std::string toc_path(const StoreFixture& f, const Digest& diff_id) {
  return f.root + "/tocs/" + diff_id.hex();
}

/// As another program would store it: one gzip member, nothing remembered.
Descriptor put_foreign_layer(Store& store, const std::string& tar) {
  StringSink packed;
  const auto encoder =
      make_encoder(packed, {.compression = Compression::gzip, .frame_bytes = 1U << 30U});
  encoder->write(tar);
  encoder->finish();
  return store.put_blob(packed.text(), media_type::oci_layer_gzip);
}

std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files) {
  StringSink tar;
  TarWriter writer(tar);
  for (const auto& [path, content] : files) {
    Entry entry;
    entry.path = path;
    entry.mode = 0644;
    entry.size_bytes = content.size();
    MemorySource data(content);
    writer.add(entry, data);
  }
  writer.finish();
  return tar.take();
}

}  // namespace

TEST_CASE("a layer that was written is known with its facts") {
  StoreFixture f;
  const StoredLayer layer = put_layer(*f.store, {"a", "b/c"}, "text");
  const auto facts = f.store->find_layer(layer.blob.digest);
  REQUIRE(facts);
  CHECK(facts->diff_id == layer.written.toc->diff_id());
  CHECK(facts->tar_bytes == layer.written.toc->tar_bytes());
  CHECK(f.store->find_diff_id(layer.blob.digest) == facts->diff_id);
  CHECK(f.store->find_blobs(facts->diff_id) == std::vector{layer.blob});
  const auto toc = f.open()->toc(layer.blob, facts->diff_id);
  CHECK(toc->bytes() == layer.written.toc->bytes());
}

TEST_CASE("what was remembered of a blob elsewhere is told, and no more") {
  StoreFixture f;
  const Descriptor blob{std::string(layer_type), digest_of("blob"), 4};
  const Digest diff_id = digest_of("tar");
  CHECK(f.store->find_diff_id(blob.digest) == std::nullopt);
  f.store->remember(blob, diff_id);
  CHECK(f.store->find_diff_id(blob.digest) == diff_id);
  CHECK(f.store->find_blobs(diff_id) == std::vector{blob});
  CHECK_FALSE(f.store->find_layer(blob.digest));
}

TEST_CASE("remembering a layer again does not lose its frames") {
  StoreFixture f;
  const std::string content = noise(20000);
  const StoredLayer layer = put_layer(*f.store, {"a", "b"}, content);
  REQUIRE(layer.written.frames.size() > 5);
  f.store->remember(layer.blob, layer.written.toc->diff_id());
  CHECK(f.store->find_layer(layer.blob.digest));
  // with the beginning of the blob overwritten, only frames lead to the second file
  ::chmod(f.blob_path(layer.blob.digest).c_str(), 0644);
  const Fd file = open_fd(f.blob_path(layer.blob.digest), O_RDWR);
  REQUIRE(::pwrite(file.get(), "\0\0\0\0\0\0\0\0", 8, 100) == 8);
  const auto source = f.store->open_content(layer.blob, *layer.written.toc->find("b"));
  CHECK(read_text(*source) == content);
  const auto first = f.store->open_content(layer.blob, *layer.written.toc->find("a"));
  CHECK(error_of([&] { read_text(*first); }).first == ErrorKind::corrupt);
}

TEST_CASE("the contents of files come out of every compression") {
  StoreFixture f;
  const std::string content = noise(10000);
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    CAPTURE(to_string(compression));
    const StoredLayer layer = put_layer(*f.store, {"a", "d/b", "d/c"}, content, compression);
    for (const std::string_view path : {"a", "d/b", "d/c"}) {
      const auto source = f.store->open_content(layer.blob, *layer.written.toc->find(path));
      CHECK(read_text(*source) == content);
    }
    const auto tar = f.store->open_layer(layer.blob);
    CHECK(index_layer(*tar, "x")->diff_id() == layer.written.toc->diff_id());
    const auto toc = layer.written.toc;
    CHECK(error_of([&] { f.store->open_content(layer.blob, *toc->find("d")); }).first ==
          ErrorKind::invalid);
  }
}

TEST_CASE("a foreign layer without frames is indexed once and read from its beginning") {
  StoreFixture f;
  const std::string tar = tar_of({{"a", "first"}, {"b", ""}, {"c", noise(300000)}});
  const Descriptor blob = put_foreign_layer(*f.store, tar);
  const Digest diff_id = digest_of(tar);
  CHECK_FALSE(f.store->find_layer(blob.digest));
  const auto toc = f.store->toc(blob, diff_id);
  CHECK(toc->diff_id() == diff_id);
  CHECK(f.store->find_layer(blob.digest)->tar_bytes == tar.size());
  CHECK(file_exists(toc_path(f, diff_id)));
  CHECK(read_text(*f.store->open_content(blob, *toc->find("c"))) == noise(300000));
  CHECK(read_text(*f.store->open_content(blob, *toc->find("b"))).empty());
  CHECK(read_text(*f.store->open_layer(blob)) == tar);
}

TEST_CASE("a layer whose contents are not those of its diff id is corrupt") {
  StoreFixture f;
  const Descriptor blob = put_foreign_layer(*f.store, tar_of({{"a", "x"}}));
  const auto [kind, message] = error_of([&] { f.store->toc(blob, digest_of("other")); });
  CHECK(kind == ErrorKind::corrupt);
  CHECK(contains(message, digest_of("other").str()));
  CHECK(contains(message, blob.digest.str()));
  CHECK_FALSE(file_exists(toc_path(f, digest_of("other"))));
}

TEST_CASE("a toc that is missing, damaged or another layer's is made again") {
  StoreFixture f;
  const StoredLayer layer = put_layer(*f.store, {"a"}, "text");
  const StoredLayer other = put_layer(*f.store, {"b"}, "text");
  const Digest diff_id = layer.written.toc->diff_id();
  const std::string bytes(layer.written.toc->bytes());
  for (const std::string& spoiled :
       {std::string(), bytes.substr(0, bytes.size() - 3), std::string(bytes.size(), '\0'),
        std::string(other.written.toc->bytes())}) {
    REQUIRE(::unlink(toc_path(f, diff_id).c_str()) == 0);
    write_file_atomic(toc_path(f, diff_id), spoiled);
    CHECK(f.open()->toc(layer.blob, diff_id)->bytes() == bytes);
    CHECK(read_file(toc_path(f, diff_id), 1U << 20U) == bytes);
  }
}

TEST_CASE("many threads that want one toc get the same") {
  StoreFixture f;
  const std::string tar = tar_of({{"a", noise(100000)}});
  const Descriptor blob = put_foreign_layer(*f.store, tar);
  TaskGroup group(8);
  for (int i = 0; i < 8; ++i) {
    group.run([&] {
      if (f.open()->toc(blob, digest_of(tar))->size() != 1) throw std::runtime_error("wrong toc");
    });
  }
  CHECK_NOTHROW(group.wait());
}

TEST_CASE("frames survive being written and read") {
  const std::vector<Frame> frames{
      {0, 0}, {1U << 20U, 127}, {2U << 20U, 128}, {1ULL << 60U, 1ULL << 59U}};
  CHECK(decode_frames(encode_frames(frames)) == frames);
  CHECK(decode_frames("").empty());
}

TEST_CASE("bytes that are no frames are corrupt") {
  const std::string huge = std::string(8, '\xff') + "\x7f";
  for (const std::string& bytes :
       {std::string("\x80"), std::string("\x01"), std::string(20, '\xff'),
        huge + "\x01" + huge + "\x01" + huge + "\x01"}) {
    CHECK(error_of([&] { decode_frames(bytes); }).first == ErrorKind::corrupt);
  }
}

TEST_CASE("a foreign layer is unpacked within the store's limits, one that was accepted always") {
  StoreFixture f;
  const std::string zeros(1U << 20U, '\0');
  const StoredLayer layer = put_layer(*f.store, {"a"}, zeros);
  const Digest diff_id = layer.written.toc->diff_id();
  StoreFixture other;
  {
    const auto writer = other.store->begin_blob(HashAlgorithm::sha256);
    FdSource blob(f.store->open_blob(layer.blob.digest), "blob");
    copy(blob, *writer);
    writer->commit(&layer.blob);
  }
  const auto strict = Store::open(other.root, false, {}, {.expansion = {.max_bytes = 1000}});
  const auto [kind, message] = error_of([&] { strict->toc(layer.blob, diff_id); });
  CHECK(kind == ErrorKind::invalid);
  CHECK(contains(message, "--max-layer-size"));
  other.store->toc(layer.blob, diff_id);
  CHECK(read_text(*strict->open_layer(layer.blob)).size() > zeros.size());
  const auto toc = strict->toc(layer.blob, diff_id);
  CHECK(read_text(*strict->open_content(layer.blob, *toc->find("a"))) == zeros);
}

TEST_CASE("a store whose token is cancelled reads and writes no further") {
  StoreFixture f;
  const StoredLayer layer = put_layer(*f.store, {"a"}, "x");
  CancelToken token;
  const auto store = Store::open(f.root, false, {}, {.cancel = &token});
  const auto tar = store->open_layer(layer.blob);
  token.cancel();
  CHECK(error_of([&] { read_text(*tar); }).first == ErrorKind::cancelled);
  CHECK(error_of([&] { store->begin_blob(HashAlgorithm::sha256); }).first == ErrorKind::cancelled);
}
