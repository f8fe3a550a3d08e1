#include "libimage/layer/layer_writer.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/layer/whiteout.h"
#include "libimage/oci/hasher.h"

namespace lade {
namespace {

Entry entry(const std::string& path, EntryType type = EntryType::directory) {
  Entry made;
  made.path = path;
  made.type = type;
  made.mode = 0755;
  return made;
}

void add_file(LayerWriter& writer, const std::string& path, const std::string& contents) {
  Entry file = entry(path, EntryType::file);
  file.size_bytes = contents.size();
  MemorySource data{std::string_view(contents)};
  writer.add(file, data);
}

std::string unpacked(const std::string& blob) {
  const auto source = open_sniffed(std::make_unique<StringSource>(blob));
  return read_all(*source, 1U << 30U, "blob");
}

WrittenLayer write_sample(StringSink& blob, const EncoderOptions& options) {
  LayerWriter writer(blob, options);
  writer.add(entry("/"));
  add_file(writer, "./a", "hello");
  writer.add(entry("d/"));
  writer.add(entry(opaque_name("d"), EntryType::file));
  writer.add(entry(whiteout_name("d/gone"), EntryType::file));
  add_file(writer, "d/big", std::string(3000000, 'x'));
  Entry link = entry("d/link", EntryType::hardlink);
  link.link_target = "./a";
  writer.add(link);
  return writer.finish();
}

TEST_CASE("the index a layer writer makes is that of the layer it wrote") {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    StringSink blob;
    EncoderOptions options;
    options.compression = compression;
    const WrittenLayer written = write_sample(blob, options);
    CHECK(written.members == 7);
    CHECK(written.frames.empty() == (compression == Compression::none));
    const std::string tar = unpacked(blob.text());
    CHECK(written.toc->diff_id() == digest_of(tar));
    CHECK(written.toc->tar_bytes() == tar.size());
    StringSource source(tar);
    CHECK(index_layer(source, "written")->bytes() == written.toc->bytes());
    const auto big = written.toc->find("d/big");
    REQUIRE(big);
    CHECK(tar.substr(big->data_offset.value(), big->size_bytes) == std::string(3000000, 'x'));
    CHECK(written.toc->find("d")->opaque);
    CHECK(written.toc->find("d/gone")->whiteout);
    CHECK(written.toc->find("d/link")->link_target == "a");
  }
}

TEST_CASE("equal members are equal bytes") {
  StringSink one;
  StringSink two;
  EncoderOptions options;
  write_sample(one, options);
  options.threads = 3;
  write_sample(two, options);
  CHECK(one.text() == two.text());
}

TEST_CASE("an empty layer is a layer") {
  StringSink blob;
  LayerWriter writer(blob, {});
  const WrittenLayer written = writer.finish();
  CHECK(written.members == 0);
  CHECK(written.toc->size() == 0);
  CHECK(unpacked(blob.text()) == std::string(1024, '\0'));
}

TEST_CASE("members out of order are a defect of the caller") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"b", "a"}, {"a", "a"}, {"a", "./a/"}, {"a-b", "a/b"}, {"a", ".wh.a"}};
  for (const auto& [first, second] : table) {
    CAPTURE(first, second);
    NullSink blob;
    LayerWriter writer(blob, {});
    writer.add(entry(first));
    try {
      writer.add(entry(second));
      FAIL("accepted");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::internal);
      CHECK_THAT(error.message(), Catch::Contains("out of order"));
    }
  }
}

TEST_CASE("a layer writer takes no name that leaves the root and no lying size") {
  NullSink blob;
  LayerWriter writer(blob, {});
  CHECK_THROWS_WITH(writer.add(entry("../a")), Catch::Contains("\"..\""));
  Entry file = entry("a", EntryType::file);
  file.size_bytes = 5;
  MemorySource data{std::string_view("four")};
  CHECK_THROWS_AS(writer.add(file, data), Error);
}

}  // namespace
}  // namespace lade
