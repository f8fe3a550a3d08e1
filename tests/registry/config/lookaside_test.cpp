#include "registry/config/lookaside.h"

#include <catch2/catch.hpp>

#include "libimage/base/file.h"
#include "libimage/base/temp_dir.h"
#include "tests/support/expect_error.h"

namespace lade::registry {
namespace {

LookasideConfig config_of(std::string_view text) {
  LookasideConfig config;
  add_lookaside_file(config, text, "r.yaml");
  return config;
}

constexpr const char* example = R"(
default-docker:
  lookaside-staging: file:///mnt/staging
docker:
  registry.example.com:
    lookaside: https://lookaside.example.com/
  registry.example.com/mydepartment:
    lookaside: https://dep.example.com/base
    lookaside-staging: file:///mnt/dep
    use-sigstore-attachments: true
  registry.example.com/mydepartment/myproject:mybranch:
    sigstore: http://localhost:4242/lookaside
  empty.example.com:
)";

struct Lookup {
  const char* reference;
  std::string read;
  std::string write;
  bool attachments;
  const char* origin;
};

TEST_CASE("the section of the most precise scope alone says where signatures are") {
  const std::string digest = "@sha256:" + std::string(64, 'd');
  const std::string by_digest = "registry.example.com/mydepartment/myproject" + digest;
  const Lookup cases[] = {
      {"registry.example.com/x:1", "https://lookaside.example.com/x",
       "https://lookaside.example.com/x", false, "r.yaml:5"},
      {"registry.example.com/mydepartment/x", "https://dep.example.com/base/mydepartment/x",
       "file:///mnt/dep/mydepartment/x", true, "r.yaml:7"},
      {"registry.example.com/mydepartment/myproject:mybranch",
       "http://localhost:4242/lookaside/mydepartment/myproject",
       "http://localhost:4242/lookaside/mydepartment/myproject", false, "r.yaml:11"},
      {by_digest.c_str(), "https://dep.example.com/base/mydepartment/myproject",
       "file:///mnt/dep/mydepartment/myproject", true, "r.yaml:7"},
      {"registry.example.com/mydepartments/x", "https://lookaside.example.com/mydepartments/x",
       "https://lookaside.example.com/mydepartments/x", false, "r.yaml:5"},
      {"registry.example.com:5000/x", "", "file:///mnt/staging/x", false, "r.yaml:2"},
      {"empty.example.com/x", "", "", false, "r.yaml:13"},
      {"busybox", "", "file:///mnt/staging/library/busybox", false, "r.yaml:2"},
  };
  const LookasideConfig config = config_of(example);
  for (const Lookup& row : cases) {
    CAPTURE(row.reference);
    const SignatureStorage storage =
        find_signature_storage(config, Reference::parse(row.reference), {});
    CHECK(storage.read_url.value_or("") == row.read);
    CHECK(storage.write_url.value_or("") == row.write);
    CHECK(storage.use_sigstore_attachments == row.attachments);
    CHECK(storage.origin == row.origin);
  }
  CHECK(config.warnings.empty());
}

TEST_CASE("without any section the directory of the sharing tools is the storage") {
  const Reference reference = Reference::parse("a.io/x:1");
  const SignatureStorage root = find_signature_storage({}, reference, {.uid = 0});
  CHECK(root.read_url == "file:///var/lib/containers/sigstore/x");
  CHECK(root.write_url == root.read_url);
  CHECK(root.origin == "built-in default");
  CHECK(find_signature_storage({}, reference, {.uid = 7, .home = "/home/u"}).read_url ==
        "file:///home/u/.local/share/containers/sigstore/x");
  CHECK_FALSE(find_signature_storage({}, reference, {.uid = 7}).read_url);
}

TEST_CASE("a signature's address names digest and number") {
  const std::string hex(64, 'e');
  CHECK(signature_url("https://a.io/x", Digest::parse("sha256:" + hex), 2) ==
        "https://a.io/x@sha256=" + hex + "/signature-2");
}

TEST_CASE("the names of old yield to those of today") {
  const LookasideConfig config = config_of(
      "default-docker:\n  lookaside: https://new\n  sigstore: https://old\n"
      "  sigstore-staging: file:///old\n");
  REQUIRE(config.fallback);
  CHECK(config.fallback->lookaside == "https://new");
  CHECK(config.fallback->lookaside_staging == "file:///old");
}

TEST_CASE("a registries.d file that is wrong is refused with its place") {
  const std::pair<const char*, const char*> cases[] = {
      {"a: [", "r.yaml:1:1: not valid YAML: "},
      {"- a", "r.yaml:1: the file: wanted a mapping, got a list"},
      {"text", "r.yaml:1: the file: wanted a mapping, got a scalar"},
      {"docker:\n- a.io", "r.yaml:2: docker: wanted a mapping, got a list"},
      {"docker:\n  a.io: text", "r.yaml:2: docker.a.io: wanted a mapping, got a scalar"},
      {"docker:\n  [a]: {}", "r.yaml:2: docker: wanted keys that are strings, got a list"},
      {"docker:\n  a.io:\n    lookaside: [a]",
       "r.yaml:3: docker.a.io.lookaside: wanted a URL of file://, http:// or https://, got a list"},
      {"default-docker:\n  lookaside: ftp://a",
       "r.yaml:2: default-docker.lookaside: wanted a URL of file://, http:// or https://, got "
       "\"ftp://a\""},
      {"default-docker:\n  lookaside: file://relative",
       "r.yaml:2: default-docker.lookaside: wanted a URL"},
      {"default-docker:\n  lookaside: https://",
       "r.yaml:2: default-docker.lookaside: wanted a URL"},
      {"default-docker:\n  lookaside: https://a?b",
       "r.yaml:2: default-docker.lookaside: wanted a URL"},
      {"default-docker:\n  use-sigstore-attachments: maybe",
       "r.yaml:2: default-docker.use-sigstore-attachments: wanted true or false, got \"maybe\""},
      {"docker:\n  a.io: {}\n  a.io: {}", "r.yaml:3: a.io: wanted it once, got it a second time"},
      {"docker: {}\ndocker: {}", "r.yaml:2: docker: wanted it once, got it a second time"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    CHECK_THAT(error_of(ErrorKind::invalid, [&text = text] { config_of(text); }),
               Catch::StartsWith(message));
  }
}

TEST_CASE("a file nested without end is refused") {
  error_of(ErrorKind::invalid, [] { config_of(std::string(200'000, '[')); });
}

TEST_CASE("all files of a directory are one configuration, in which a scope stands once") {
  const TempDir dir("/tmp");
  const std::string& path = dir.path();
  write_file_atomic(path + "/a.yaml", "docker:\n  a.io:\n    lookaside: https://a\n    new: 1\n");
  write_file_atomic(path + "/b.yaml", "docker:\n  b.io:\n    lookaside: https://b\n");
  write_file_atomic(path + "/c.yml", "not: [read");
  write_file_atomic(path + "/d.yaml", "");
  const LookasideConfig config = load_lookaside(path);
  CHECK(config.scopes.size() == 2);
  CHECK(config.warnings ==
        std::vector<std::string>{path +
                                 "/a.yaml:4: the key \"docker.a.io.new\" is unknown and ignored"});
  CHECK(load_lookaside(path + "/absent").scopes.empty());

  write_file_atomic(path + "/e.yaml", "docker:\n  a.io:\n    lookaside: https://e\n");
  CHECK(error_of(ErrorKind::invalid, [&] { load_lookaside(path); }) ==
        path + "/e.yaml:2: a.io: wanted one section for it, got a second one after " + path +
            "/a.yaml:2");
}

TEST_CASE("the user's registries.d hides the system's") {
  const TempDir dir("/tmp");
  const UserEnvironment environment{.home = dir.path()};
  CHECK(lookaside_directory(environment) == "/etc/containers/registries.d");
  make_directories(dir.path() + "/.config/containers/registries.d");
  CHECK(lookaside_directory(environment) == dir.path() + "/.config/containers/registries.d");
}

}  // namespace
}  // namespace lade::registry
