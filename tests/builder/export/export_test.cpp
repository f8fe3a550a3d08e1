#include "builder/export/bundle.h"
#include "builder/export/export_directory.h"
#include "builder/export/export_tar.h"
#include "libimage/archive/tar_reader.h"
#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "libimage/layer/toc_builder.h"
#include "tests/support/expect_error.h"
#include "tests/support/tar_builder.h"

using namespace lade;
using namespace lade::builder;

namespace {

/// A stack of layers in memory, lowest first.
LayerStack stack_of(const std::vector<TarBuilder>& layers) {
  std::vector<std::string> tars;
  std::vector<std::shared_ptr<const Toc>> tocs;
  for (const TarBuilder& layer : layers) {
    tars.push_back(layer.bytes());
    MemorySource source(tars.back());
    tocs.push_back(index_layer(source, "layer"));
  }
  return {MergedTree(std::move(tocs)),
          [tars](std::size_t layer) { return std::make_unique<StringSource>(tars[layer]); }};
}

std::string tar_of(const LayerStack& layers) {
  StringSink sink;
  export_tar(layers, sink);
  return sink.take();
}

/// "file a=x", "directory d", "symlink s->t" for each member.
std::vector<std::string> members_of(const std::string& tar) {
  MemorySource source(tar);
  TarReader reader(source, "export");
  std::vector<std::string> lines;
  while (const auto entry = reader.next()) {
    std::string line = fmt::format("{} {}", to_string(entry->type), entry->path);
    if (entry->type == EntryType::file) line += "=" + read_all(reader.data(), 1000, "file");
    if (!entry->link_target.empty()) line += "->" + entry->link_target;
    lines.push_back(line);
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("export writes what the layers show together, each file once") {
  const auto layers =
      stack_of({TarBuilder{}.dir("d").file("d/a", "old").file("d/b", "b").file("gone", "x"),
                TarBuilder{}.file("d/a", "new").whiteout("gone").file("c", "c")});
  CHECK(members_of(tar_of(layers)) ==
        Lines{"directory ./", "directory d/", "file d/b=b", "file d/a=new", "file c=c"});
}

TEST_CASE("export of no layers is an archive of the root alone") {
  CHECK(members_of(tar_of(stack_of({}))) == Lines{"directory ./"});
}

TEST_CASE("export keeps owners, modes, times and attributes") {
  const auto layers = stack_of({TarBuilder{}
                                    .file("a", "x", 04755)
                                    .owner(33, 44)
                                    .mtime({1'600'000'000, 5})
                                    .xattr("user.k", "v")});
  const std::string tar = tar_of(layers);
  MemorySource source(tar);
  TarReader reader(source, "export");
  reader.next();
  const auto entry = reader.next();
  REQUIRE(entry);
  CHECK(entry->mode == 04755);
  CHECK(entry->uid == 33);
  CHECK(entry->gid == 44);
  CHECK(entry->mtime == Timestamp{1'600'000'000, 5});
  CHECK(entry->xattrs == std::map<std::string, std::string>{{"user.k", "v"}});
}

TEST_CASE("hard links stand behind what they link to") {
  const auto layers = stack_of({TarBuilder{}
                                    .file("z", "data")
                                    .hardlink("a", "z")
                                    .symlink("y", "nowhere")
                                    .hardlink("b", "y")});
  CHECK(members_of(tar_of(layers)) == Lines{"directory ./", "file z=data", "symlink b->nowhere",
                                            "symlink y->nowhere", "hard link a->z"});
}

TEST_CASE("links whose file an upper layer hides share the contents still") {
  const auto layers =
      stack_of({TarBuilder{}.file("z", "data").hardlink("a", "z").hardlink("b", "z"),
                TarBuilder{}.file("z", "other")});
  CHECK(members_of(tar_of(layers)) ==
        Lines{"directory ./", "file a=data", "file z=other", "hard link b->a"});
}

TEST_CASE("a link into a lower layer is exported as one") {
  const auto layers = stack_of({TarBuilder{}.file("z", "data"), TarBuilder{}.hardlink("a", "z")});
  CHECK(members_of(tar_of(layers)) == Lines{"directory ./", "file z=data", "hard link a->z"});
}

TEST_CASE("of two members with one name the later is exported") {
  const auto layers = stack_of({TarBuilder{}.file("a", "one").file("a", "two")});
  CHECK(members_of(tar_of(layers)) == Lines{"directory ./", "file a=two"});
}

TEST_CASE("exporting twice gives the same bytes") {
  const auto make = [] {
    return stack_of({TarBuilder{}.dir("d").file("d/a", "1"), TarBuilder{}.file("d/b", "2")});
  };
  CHECK(tar_of(make()) == tar_of(make()));
}

TEST_CASE("a directory gets the files as the caller's own") {
  const TempDir directory("/tmp", "lade-export");
  const auto layers = stack_of({TarBuilder{}.file("d/a", "old").file("gone", "x"),
                                TarBuilder{}.file("d/a", "new").whiteout("gone")});
  const std::string target = directory.path() + "/root";
  CHECK(export_directory(layers, target, {}).empty());
  CHECK(read_file(target + "/d/a", 100) == "new");
  CHECK(!file_exists(target + "/gone"));
}

TEST_CASE("a directory that holds something is left alone") {
  const TempDir directory("/tmp", "lade-export");
  write_file_atomic(directory.path() + "/mine", "x");
  const auto layers = stack_of({TarBuilder{}.file("a", "x")});
  CHECK_THAT(error_of(ErrorKind::conflict, [&] { export_directory(layers, directory.path(), {}); }),
             Catch::Contains("not empty"));
  CHECK_THAT(
      error_of(ErrorKind::conflict,
               [&] { export_bundle(layers, {}, directory.path(), {.rootless = RootlessUser{}}); }),
      Catch::Contains("not empty"));
  CHECK(!file_exists(directory.path() + "/a"));
}

TEST_CASE("a bundle's configuration is made of the image's") {
  ImageConfig image;
  image.platform = Platform::parse("linux/arm64");
  image.created = Timestamp{0, 0};
  image.config.entrypoint = std::vector<std::string>{"/app"};
  image.config.cmd = std::vector<std::string>{"serve"};
  image.config.env = {"A=1"};
  image.config.working_dir = "/srv";
  image.config.volumes = {"/data"};
  image.config.stop_signal = "SIGINT";
  image.config.exposed_ports = {"80/tcp", "443/tcp"};
  image.config.labels = {{"org.opencontainers.image.os", "label wins"}};
  const Json config = runtime_config(image, {.user = {1000, 100, {4}, "/"}, .hostname = "h"});
  CHECK(config["process"]["args"] == Json({"/app", "serve"}));
  CHECK(config["process"]["env"] ==
        Json({"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1"}));
  CHECK(config["process"]["cwd"] == "/srv");
  CHECK(config["process"]["user"] == Json{{"uid", 1000}, {"gid", 100}, {"additionalGids", {4}}});
  CHECK(!config["process"]["capabilities"].contains("effective"));
  CHECK(config["process"]["capabilities"]["bounding"].size() == 14);
  CHECK(config["hostname"] == "h");
  CHECK(config["mounts"].back()["destination"] == "/data");
  const Json& notes = config["annotations"];
  CHECK(notes["org.opencontainers.image.os"] == "label wins");
  CHECK(notes["org.opencontainers.image.architecture"] == "arm64");
  CHECK(notes["org.opencontainers.image.created"] == "1970-01-01T00:00:00Z");
  CHECK(notes["org.opencontainers.image.stopSignal"] == "SIGINT");
  CHECK(notes["org.opencontainers.image.exposedPorts"] == "443/tcp,80/tcp");
  CHECK(!config["linux"].contains("uidMappings"));
}

TEST_CASE("a rootless bundle has one user, and nothing that only root may ask for") {
  ImageConfig image;
  const Json config =
      runtime_config(image, {.user = {5, 5, {4}, "/"}, .rootless = RootlessUser{1000, 100}});
  CHECK(config["process"]["args"] == Json({"sh"}));
  CHECK(config["process"]["user"] == Json{{"uid", 0}, {"gid", 0}});
  CHECK(config["linux"]["uidMappings"] ==
        Json::array({{{"containerID", 0}, {"hostID", 1000}, {"size", 1}}}));
  CHECK(!config["linux"].contains("resources"));
  for (const Json& mount : config["mounts"]) {
    CHECK(mount["type"] != "cgroup");
    for (const Json& option : mount["options"]) CHECK(option != "gid=5");
  }
}

TEST_CASE("a bundle's user is looked up in the image") {
  const TempDir directory("/tmp", "lade-export");
  const auto layers =
      stack_of({TarBuilder{}.file("etc/passwd", "web:x:0:0::/:/bin/sh\n").file("bin/sh", "")});
  ImageConfig image;
  image.config.user = "web";
  const std::string bundle = directory.path() + "/bundle";
  CHECK(export_bundle(layers, image, bundle, {.rootless = RootlessUser{}}).empty());
  CHECK(file_exists(bundle + "/rootfs/bin/sh"));
  CHECK(parse_json(read_file(bundle + "/config.json", 100000), "config")["root"]["path"] ==
        "rootfs");
  image.config.user = "nobody";
  error_of(ErrorKind::not_found, [&] {
    export_bundle(layers, image, directory.path() + "/other", {.rootless = RootlessUser{}});
  });
}
