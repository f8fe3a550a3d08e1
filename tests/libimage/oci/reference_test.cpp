#include "libimage/oci/reference.h"

#include <catch2/catch.hpp>

#include "libimage/base/error.h"
#include "libimage/oci/hasher.h"

namespace lade {
namespace {

using Catch::Matchers::Contains;

const std::string image_id(64, 'a');
const std::string digest = "sha256:" + image_id;

struct Good {
  std::string text;
  std::string domain;
  std::string path;
  std::string familiar;
};

TEST_CASE("a name is read by Docker's rules") {
  const Good cases[] = {
      {"busybox", "docker.io", "library/busybox", "busybox"},
      {"a", "docker.io", "library/a", "a"},
      {"library/busybox", "docker.io", "library/busybox", "busybox"},
      {"docker.io/busybox", "docker.io", "library/busybox", "busybox"},
      {"docker.io/library/busybox", "docker.io", "library/busybox", "busybox"},
      {"index.docker.io/busybox", "docker.io", "library/busybox", "busybox"},
      {"index.docker.io/user/app", "docker.io", "user/app", "user/app"},
      {"user/app", "docker.io", "user/app", "user/app"},
      {"user/team/app", "docker.io", "user/team/app", "user/team/app"},
      {"library/foo/bar", "docker.io", "library/foo/bar", "library/foo/bar"},
      {"quay.io/x/y", "quay.io", "x/y", "quay.io/x/y"},
      {"quay.io/app", "quay.io", "app", "quay.io/app"},
      {"quay.io/library/app", "quay.io", "library/app", "quay.io/library/app"},
      {"localhost/app", "localhost", "app", "localhost/app"},
      {"localhost:5000/app", "localhost:5000", "app", "localhost:5000/app"},
      {"host:80/app", "host:80", "app", "host:80/app"},
      {"127.0.0.1:5000/a/b", "127.0.0.1:5000", "a/b", "127.0.0.1:5000/a/b"},
      {"192.168.0.1", "docker.io", "library/192.168.0.1", "192.168.0.1"},
      {"[fc00::1]:5000/app", "[fc00::1]:5000", "app", "[fc00::1]:5000/app"},
      {"[2001:DB8::1]/a/b", "[2001:DB8::1]", "a/b", "[2001:DB8::1]/a/b"},
      {"xn--n3h.com/app", "xn--n3h.com", "app", "xn--n3h.com/app"},
      {"Foo/bar", "Foo", "bar", "Foo/bar"},
      {"EXAMPLE.com/bar", "EXAMPLE.com", "bar", "EXAMPLE.com/bar"},
      {"a-b.c-d:1/app", "a-b.c-d:1", "app", "a-b.c-d:1/app"},
      {"test_com/foo", "docker.io", "test_com/foo", "test_com/foo"},
      {"x/a.b_c__d---e", "docker.io", "x/a.b_c__d---e", "x/a.b_c__d---e"},
      {"ubuntu-12.04-base", "docker.io", "library/ubuntu-12.04-base", "ubuntu-12.04-base"},
      {image_id.substr(1), "docker.io", "library/" + image_id.substr(1), image_id.substr(1)},
      {"docker.io/" + image_id, "docker.io", "library/" + image_id, "library/" + image_id},
      {"docker.io/localhost/x", "docker.io", "localhost/x", "docker.io/localhost/x"},
      {"docker.io/a.b/x", "docker.io", "a.b/x", "docker.io/a.b/x"},
  };
  for (const Good& c : cases) {
    for (const std::string& suffix :
         {std::string(), std::string(":1.0"), "@" + digest, ":V1_x-y.z@" + digest}) {
      INFO(c.text << suffix);
      const Reference reference = Reference::parse(c.text + suffix);
      CHECK(reference.domain() == c.domain);
      CHECK(reference.path() == c.path);
      CHECK(reference.str() == c.domain + "/" + c.path + suffix);
      CHECK(Reference::parse(reference.str()) == reference);
      CHECK(Reference::parse(reference.familiar()) == reference);
      if (suffix.empty()) CHECK(reference.familiar() == c.familiar);
    }
  }
}

TEST_CASE("a reference has a tag, a digest, both or neither") {
  const Reference plain = Reference::parse("a/b");
  CHECK(plain.is_name_only());
  CHECK_FALSE(plain.tag());
  const Reference tagged = Reference::parse("a/b:c");
  CHECK(tagged.tag() == "c");
  CHECK_FALSE(tagged.is_name_only());
  const Reference pinned = Reference::parse("a/b@" + digest);
  CHECK(pinned.digest() == Digest::parse(digest));
  CHECK_FALSE(pinned.tag());
  const Reference both = Reference::parse("host:1/b:c@" + digest);
  CHECK(both.domain() == "host:1");
  CHECK(both.tag() == "c");
  CHECK(both.digest());
  CHECK(Reference::parse("host:80").tag() == "80");
}

TEST_CASE("a bad name is refused with its reason") {
  const std::pair<std::string, std::string> cases[] = {
      {"", "invalid image name: it is empty"},
      {image_id, "this is an image id, wanted a name"},
      {"https://github.com/x/y", "leave out all up to \"://\""},
      {"docker://busybox", "leave out all up to \"://\""},
      {"Busybox",
       "the repository \"library/Busybox\" has upper-case letters, did you mean "
       "\"library/busybox\"?"},
      {"docker/Docker", "upper-case"},
      {"docker.io/docker/Docker", "upper-case"},
      {"localhost/Foo:tag", "upper-case"},
      {"-docker", "\"-docker\" must begin and end with a letter or digit"},
      {"docker-", "must begin and end"},
      {"docker-/docker", "must begin and end"},
      {"_docker/_docker", "must begin and end"},
      {"____/____", "must begin and end"},
      {".", "must begin and end"},
      {"..", "must begin and end"},
      {"../x", "is no host name"},
      {"x/../y", "must begin and end"},
      {"/x", "a part between slashes is empty"},
      {"x/", "a part between slashes is empty"},
      {"docker///docker", "a part between slashes is empty"},
      {"docker.io/docker///docker", "a part between slashes is empty"},
      {"quay.io/", "a part between slashes is empty"},
      {"a/dock..er", "\"..\" in \"dock..er\" is no separator"},
      {"a/dock_.er", "is no separator"},
      {"a/dock-.er", "is no separator"},
      {"a/dock___er", "\"___\" in \"dock___er\" is no separator"},
      {"a b", "the character ' ' is not allowed"},
      {"a/b$", "the character '$' is not allowed"},
      {" a", "the character ' ' is not allowed"},
      {"a\n", "the character '\\x0a' is not allowed"},
      {"a\xc3\xa9", "the character '\\xc3' is not allowed"},
      {std::string("a\0b", 3), "'\\x00' is not allowed"},
      {"-docker.io/x", "\"-docker.io\" is no host name"},
      {"docker-.io/x", "is no host name"},
      {"a..b/x", "is no host name"},
      {".b/x", "is no host name"},
      {"a:b/c", "\"b\" is no port number"},
      {"a_b.c/x", "\"a_b.c\" is no host name"},
      {":80/x", "is no host name"},
      {"host:/x", "\"\" is no port number"},
      {"host:8x/x", "\"8x\" is no port number"},
      {"host:80:90/x", "\"80:90\" is no port number"},
      {"fc00::1:5000/x", "is no port number"},
      {"[fc00::1]", "not allowed"},
      {"[fc00::1]:5000", "not allowed"},
      {"[]:1/x", "is no host name"},
      {"[fe80::1%eth0]:5000/x", "is no host name"},
      {"[2001:db8::192.0.2.33]:5000/x", "is no host name"},
      {"[::1]x/y", "is no host name"},
      {"a:", "\"\" is no tag"},
      {"a:-x", "\"-x\" is no tag"},
      {"a:.x", "\".x\" is no tag"},
      {"a:x y", "\"x y\" is no tag"},
      {"a:b:c", "\"b:c\" is no tag"},
      {"x/a:b/c", "\"b/c\" is no tag"},
      {"a:x+y", "\"x+y\" is no tag"},
      {"a:" + std::string(129, 't'), "the tag has 129 characters, at most 128"},
      {"a@", "is not a digest"},
      {"a@sha256:abc", "has 3 characters after the colon"},
      {"a@sha256:" + std::string(64, 'A'), "only the hex digits"},
      {"a@md5:d41d8cd98f00b204e9800998ecf8427e", "only sha256 and sha512 are supported"},
      {"a@" + digest + ":tag", "characters after the colon"},
      {"a@" + digest + "@" + digest, "characters after the colon"},
      {"@" + digest, "a part between slashes is empty"},
      {"a/" + std::string(244, 'x'), "the name has 256 characters, at most 255"},
      {std::string(100000, 'x'), "the name has"},
      {std::string(100000, '\x1b'), "the name has"},
      {"x" + std::string(100000, ':'), "the tag has"},
      {std::string(100000, '/'), "the name has"},
      {"a:1" + std::string(100000, '/'), "the name has"},
      {"a@" + std::string(100000, '\n'), "is not a digest"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text.substr(0, 100));
    CHECK_FALSE(Reference::try_parse(text));
    try {
      Reference::parse(text);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == ErrorKind::invalid);
      CHECK_THAT(error.message(), Contains(message));
      CHECK(error.message().size() < 4000);
      CHECK(error.message().find_first_of("\n\x1b") == std::string::npos);
    }
  }
}

TEST_CASE("names and tags may be as long as the limits") {
  CHECK(Reference::try_parse("a/" + std::string(243, 'x')));
  CHECK(Reference::try_parse("a:" + std::string(128, 't')));
}

TEST_CASE("a local name without a domain is of localhost") {
  CHECK(Reference::parse_local("app").str() == "localhost/app");
  CHECK(Reference::parse_local("user/app:1").str() == "localhost/user/app:1");
  CHECK(Reference::parse_local("docker.io/app").str() == "docker.io/library/app");
  CHECK(Reference::parse_local("quay.io/app").str() == "quay.io/app");
  CHECK(Reference::parse_local("localhost/app@" + digest).str() == "localhost/app@" + digest);
  CHECK_THROWS_WITH(Reference::parse_local("App"), Contains("upper-case"));
  CHECK_THROWS_WITH(Reference::parse_local(image_id), Contains("an image id"));
}

TEST_CASE("tag and digest are replaced, one by the other") {
  const Reference both = Reference::parse("a/b:c@" + digest);
  CHECK(both.with_tag("d").str() == "docker.io/a/b:d");
  CHECK(both.with_digest(digest_of("x")).str() == "docker.io/a/b@" + digest_of("x").str());
  CHECK(Reference::parse("a").or_latest().familiar() == "a:latest");
  CHECK(Reference::parse("a:1").or_latest().familiar() == "a:1");
  CHECK(Reference::parse("a@" + digest).or_latest().familiar() == "a@" + digest);
  CHECK_THROWS_WITH(both.with_tag("-d"), Contains("\"-d\" is no tag"));
  CHECK_THROWS_WITH(both.with_tag(""), Contains("is no tag"));
  CHECK_THROWS_AS(both.with_tag("x@" + digest), Error);
}

TEST_CASE("references are ordered by their parts") {
  CHECK(Reference::parse("a") < Reference::parse("b"));
  CHECK(Reference::parse("a") < Reference::parse("a:1"));
  CHECK(Reference::parse("a:1") == Reference::parse("docker.io/library/a:1"));
}

}  // namespace
}  // namespace lade
