#include <fcntl.h>

#include "libimage/image/image.h"
#include "tests/libimage/transport/transport_fixture.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

namespace lade::test {
namespace {

const std::string lower_tar = tar_of({{"etc/x", "1"}});
const std::string upper_tar = tar_of({{"etc/y", "2"}});

std::string config_of(const std::vector<std::string>& tars) {
  ImageConfig config;
  config.created = build_time;
  config.platform = Platform::parse("linux/amd64");
  for (const std::string& tar : tars) config.diff_ids.push_back(digest_of(tar));
  return serialize(config);
}

std::string manifest_json(const std::string& config, const std::vector<std::string>& layers,
                          const std::string& tags = R"(["a:1"])") {
  return fmt::format(R"([{{"Config":"{}","RepoTags":{},"Layers":["{}"]}}])", config, tags,
                     fmt::join(layers, "\",\""));
}

/// What Docker before 25 saves: a directory per layer, equal layers as links.
std::string old_form() {
  return TarBuilder{}
      .dir("aa")
      .file("aa/VERSION", "1.0")
      .file("aa/layer.tar", lower_tar)
      .file("bb/layer.tar", upper_tar)
      .symlink("cc/layer.tar", "../aa/layer.tar")
      .file("config.json", config_of({lower_tar, upper_tar, lower_tar}))
      .file("manifest.json",
            manifest_json("config.json", {"aa/layer.tar", "bb/layer.tar", "cc/layer.tar"}))
      .file("repositories", R"({"a":{"1":"cc"}})")
      .bytes();
}

std::string blob_name(const std::string& bytes) { return "blobs/sha256/" + digest_of(bytes).hex(); }

/// What Docker from 25 on saves: an OCI layout with a manifest.json.
std::string new_form(Compression compression) {
  const std::string config = config_of({lower_tar, upper_tar});
  const std::string lower = pack(lower_tar, compression);
  const std::string upper = pack(upper_tar, compression);
  return TarBuilder{}
      .dir("blobs")
      .dir("blobs/sha256")
      .file(blob_name(lower), lower)
      .file(blob_name(upper), upper)
      .file(blob_name(config), config)
      .file("index.json", R"({"schemaVersion":2,"manifests":[]})")
      .file("manifest.json", manifest_json(blob_name(config), {blob_name(lower), blob_name(upper)}))
      .file("oci-layout", R"({"imageLayoutVersion":"1.0.0"})")
      .bytes();
}

std::string place(const Workshop& shop, const std::string& bytes) {
  write_file_atomic(shop.path("a.tar"), bytes);
  return "docker-archive:" + shop.path("a.tar");
}

TEST_CASE("a docker-archive of any age is read, copied and valid") {
  const std::pair<std::string, std::string> rows[] = {
      {"old", old_form()},
      {"new", new_form(Compression::none)},
      {"new, gzip layers", new_form(Compression::gzip)},
      {"old, gzip archive", pack(old_form(), Compression::gzip)},
      {"new, zstd archive", pack(new_form(Compression::gzip), Compression::zstd)},
  };
  for (const auto& [form, bytes] : rows) {
    INFO(form);
    const Workshop shop;
    const std::string name = place(shop, bytes);
    CHECK(shop.list(name) == std::vector<std::string>{"a:1"});
    const auto source = shop.read(name + ":a:1");
    CHECK(source->manifest().media_type == media_type::docker_manifest);
    CHECK(source->manifest().bytes == shop.read(name)->manifest().bytes);
    require_valid(*source);
    shop.copy(name, "oci:" + shop.path("layout") + ":1");
    require_valid(*shop.read("oci:" + shop.path("layout")));
  }
}

TEST_CASE("gzip layers under names of their own are digested") {
  const Workshop shop;
  const std::string packed = pack(lower_tar, Compression::gzip);
  const std::string name =
      place(shop, TarBuilder{}
                      .file("l/layer.tar", packed)
                      .file("c.json", config_of({lower_tar}))
                      .file("manifest.json", manifest_json("c.json", {"l/layer.tar"}))
                      .bytes());
  const auto source = shop.read(name);
  const Image image = read_image(*source, Platform::parse("linux/amd64"));
  CHECK(image.manifest.layers.at(0).digest == digest_of(packed));
  CHECK(image.manifest.layers.at(0).media_type == media_type::docker_layer_gzip);
  require_valid(*source);
}

TEST_CASE("of several images one must be named") {
  const Workshop shop;
  const std::string one = config_of({lower_tar});
  const std::string two = config_of({lower_tar, upper_tar});
  const std::string name = place(
      shop,
      TarBuilder{}
          .file("l.tar", lower_tar)
          .file("u.tar", upper_tar)
          .file("1.json", one)
          .file("2.json", two)
          .file(
              "manifest.json",
              R"([{"Config":"1.json","RepoTags":["docker.io/library/a:1","b"],"Layers":["l.tar"]},)"
              R"({"Config":"2.json","RepoTags":null,"Layers":["l.tar","u.tar"]}])")
          .bytes());
  CHECK(shop.list(name) == std::vector<std::string>{"docker.io/library/a:1", "b", "@1"});
  const auto config_at = [&](const std::string& reference) {
    const auto source = shop.read(name + reference);
    return read_image(*source, Platform::parse("linux/amd64")).config_bytes;
  };
  CHECK(config_at(":a:1") == one);
  CHECK(config_at(":b") == one);
  CHECK(config_at(":b:latest") == one);
  CHECK(config_at(":@0") == one);
  CHECK(config_at(":@1") == two);
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { shop.read(name); }),
             Catch::Contains("name one of them: docker.io/library/a:1, b, @1"));
  CHECK_THAT(error_of(ErrorKind::not_found, [&] { shop.read(name + ":a"); }),
             Catch::Contains("docker.io/library/a:latest"));
  error_of(ErrorKind::not_found, [&] { shop.read(name + ":@2"); });
}

TEST_CASE("a docker-archive is written for old and new engines alike") {
  Workshop shop;
  shop.context().additional_tags = {Reference::parse("quay.io/x/y:2"), Reference::parse("app"),
                                    Reference::parse("app:1")};
  MemoryImageSource source;
  const auto layer = add_layer(source, lower_tar);
  source.set_top(add_image(source, {layer, layer}));
  shop.copy(source, "docker-archive:" + shop.path("a.tar") + ":app:1");
  CHECK(shop.list("docker-archive:" + shop.path("a.tar")) ==
        std::vector<std::string>{"docker.io/library/app:1", "quay.io/x/y:2",
                                 "docker.io/library/app:latest"});
  const std::string bytes = read_file(shop.path("a.tar"), 1U << 20U);
  for (const std::string part : {"/VERSION", "/json", "/layer.tar", "repositories"}) {
    CHECK(bytes.find(part) != std::string::npos);
  }
  const std::string layer_file = digest_of(lower_tar).hex() + ".tar";
  CHECK(bytes.find(R"("Layers":[")" + layer_file + R"(",")" + layer_file) != std::string::npos);
  require_valid(*shop.read("docker-archive:" + shop.path("a.tar") + ":@0"));
}

TEST_CASE("the same image is the same docker-archive, to a file and to standard output") {
  Workshop shop;
  shop.write_small("docker-archive:" + shop.path("1.tar") + ":x:1");
  const std::string bytes = read_file(shop.path("1.tar"), 1U << 20U);
  {
    const Fd out = open_fd(shop.path("2.tar"), O_WRONLY | O_CREAT);
    shop.context().stdout_fd = out.get();
    shop.write_small("docker-archive:-:x:1");
  }
  CHECK(read_file(shop.path("2.tar"), 1U << 20U) == bytes);
  shop.copy("docker-archive:" + shop.path("1.tar"),
            "docker-archive:" + shop.path("3.tar") + ":x:1");
  CHECK(read_file(shop.path("3.tar"), 1U << 20U) == bytes);
  CHECK(files_below(shop.path("tmp")).empty());
}

TEST_CASE("nothing is added to a docker-archive that exists") {
  const Workshop shop;
  const std::string name = "docker-archive:" + shop.path("a.tar") + ":x:1";
  shop.write_small(name);
  CHECK_THAT(error_of(ErrorKind::conflict, [&] { shop.write(name); }),
             Catch::Contains("cannot be added"));
  write_file_atomic(shop.path("empty.tar"), "");
  shop.write_small("docker-archive:" + shop.path("empty.tar") + ":x:1");
  require_valid(*shop.read("docker-archive:" + shop.path("empty.tar")));
}

TEST_CASE("a docker-archive takes no layer that is compressed or missing") {
  const Workshop shop;
  MemoryImageSource source;
  const RawManifest top = add_small_image(source, {.format = ImageFormat::docker});
  const auto destination = shop.write("docker-archive:" + shop.path("a.tar"));
  error_of(ErrorKind::not_found, [&] { destination->commit(top); });
  for (const auto& [digest, bytes] : source.blobs()) {
    const auto writer = destination->begin_blob({"", digest, bytes.size()});
    writer->write(std::string_view(bytes));
    writer->commit(nullptr);
  }
  CHECK_THAT(error_of(ErrorKind::invalid, [&] { destination->commit(top); }),
             Catch::Contains("uncompressed"));
  CHECK_FALSE(file_exists(shop.path("a.tar")));
}

TEST_CASE("a layer that is not the one its config promises ends corrupt when it is copied") {
  const Workshop shop;
  const std::string name =
      place(shop, TarBuilder{}
                      .file("l.tar", upper_tar)
                      .file("c.json", config_of({lower_tar}))
                      .file("manifest.json", manifest_json("c.json", {"l.tar"}))
                      .bytes());
  error_of(ErrorKind::corrupt, [&] { shop.copy(name, "oci:" + shop.path("layout") + ":1"); });
  CHECK_FALSE(file_exists(shop.path("layout/index.json")));
}

TEST_CASE("a hostile docker-archive is refused") {
  const std::string config = config_of({lower_tar});
  const auto with = [&](const std::string& manifest) {
    return TarBuilder{}
        .file("c.json", config)
        .file("l.tar", lower_tar)
        .file("../../l.tar", lower_tar)
        .symlink("out.tar", "../../etc/passwd")
        .symlink("loop.tar", "loop.tar")
        .file("manifest.json", manifest);
  };
  struct Row {
    std::string archive, message;
    ErrorKind kind;
  };
  const Row rows[] = {
      {with(manifest_json("c.json", {"../../l.tar"})).bytes(), "not in the archive",
       ErrorKind::corrupt},
      {with(manifest_json("/etc/passwd", {"l.tar"})).bytes(), "not in the archive",
       ErrorKind::corrupt},
      {with(manifest_json("c.json", {"missing.tar"})).bytes(), "missing.tar", ErrorKind::corrupt},
      {with(manifest_json("c.json", {"out.tar"})).bytes(), "leads out", ErrorKind::corrupt},
      {with(manifest_json("c.json", {"loop.tar"})).bytes(), "too many links", ErrorKind::corrupt},
      {with(manifest_json("c.json", {"l.tar", "l.tar"})).bytes(), "2 layers", ErrorKind::corrupt},
      {with(manifest_json("c.json", {"l.tar"})).file("l.tar", "again").bytes(), "there twice",
       ErrorKind::corrupt},
      {with("[" + std::string(5U << 20U, ' ') + "]").bytes(), "manifest.json", ErrorKind::invalid},
      {with("{}").bytes(), "not a JSON array", ErrorKind::invalid},
      {with("[7]").bytes(), "not a JSON object", ErrorKind::invalid},
      {with("[]").bytes(), "no image", ErrorKind::not_found},
      {with(R"([{"RepoTags":[]}])").bytes(), "Config", ErrorKind::invalid},
      {TarBuilder{}.file("index.json", "{}").bytes(), "oci-archive:", ErrorKind::invalid},
      {TarBuilder{}.file("repositories", "{}").bytes(), "before 1.10", ErrorKind::unsupported},
      {TarBuilder{}.file("x", "").bytes(), "no manifest.json", ErrorKind::invalid},
  };
  for (const Row& row : rows) {
    INFO(row.message);
    const Workshop shop;
    const std::string name = place(shop, row.archive);
    CHECK_THAT(error_of(row.kind, [&] { shop.read(name); }), Catch::Contains(row.message));
  }
}

}  // namespace
}  // namespace lade::test
