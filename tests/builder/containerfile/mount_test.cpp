#include "builder/containerfile/mount.h"

#include <catch2/catch.hpp>

#include "builder/containerfile/duration.h"
#include "builder/containerfile/record.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

TEST_CASE("a mount has the keys of its type") {
  const Mount bind = parse_mount("source=a,dst=/b,from=c,rw");
  CHECK(bind.type == MountType::bind);
  CHECK(bind.source == "a");
  CHECK(bind.target == "/b");
  CHECK(bind.from == "c");
  CHECK_FALSE(bind.read_only);
  CHECK(parse_mount("target=/b").read_only);

  const Mount cache =
      parse_mount("TYPE=Cache,id=x,destination=/b,sharing=locked,mode=0755,uid=1,gid=2");
  CHECK(cache.type == MountType::cache);
  CHECK(cache.id == "x");
  CHECK(cache.sharing == CacheSharing::locked);
  CHECK(cache.mode == 0755U);
  CHECK(cache.uid == 1U);
  CHECK(cache.gid == 2U);
  CHECK_FALSE(cache.read_only);
  CHECK(parse_mount("type=cache,target=/b,ro").read_only);
  CHECK_FALSE(parse_mount("type=cache,target=/b,ro=false").read_only);
  CHECK(parse_mount("type=cache,target=/b,readwrite=0").read_only);

  const Mount tmpfs = parse_mount("type=tmpfs,target=/t,size=1.5k");
  CHECK(tmpfs.size_bytes == 1536U);
  CHECK(parse_mount("type=tmpfs,size=64MiB").size_bytes == 64U << 20U);
  CHECK(parse_mount("type=tmpfs,size=10b").size_bytes == 10U);

  const Mount secret = parse_mount("type=secret,required,id=a,env=TOKEN,target=/run/x");
  CHECK(secret.required);
  CHECK(secret.env == "TOKEN");
  CHECK(secret.read_only);
  CHECK(parse_mount("type=ssh,required=true").required);
  CHECK(parse_mount("\"target=/a,b\",\"source=\"\"q\"\"\"").target == "/a,b");
}

TEST_CASE("a mount that cannot be is refused") {
  const std::pair<std::string, std::string> cases[] = {
      {"type=bnid", "unknown mount type \"bnid\", did you mean \"bind\"?"},
      {"traget=/a", "unknown mount key \"traget\", did you mean \"target\"?"},
      {"", "unknown mount key \"\""},
      {"target", "mount key \"target\" needs a value"},
      {"ro=maybe", "\"ro\" is \"maybe\", want true or false"},
      {"type=cache,sharing=lokced", "unknown sharing \"lokced\", did you mean \"locked\"?"},
      {"sharing=locked", "a mount of type bind has no \"sharing\""},
      {"required", "a mount of type bind has no \"required\""},
      {"mode=0755", "a mount of type bind has no \"mode\""},
      {"type=tmpfs,uid=1", "a mount of type tmpfs has no \"uid\""},
      {"type=tmpfs,gid=1", "a mount of type tmpfs has no \"gid\""},
      {"size=1", "a mount of type bind has no \"size\""},
      {"type=cache,env=A", "a mount of type cache has no \"env\""},
      {"type=secret,id=a,from=b", "a mount of type secret has no \"from\""},
      {"type=secret", "a secret needs one of \"id\", \"source\" and \"target\""},
      {"type=secret,id=a,src=b", "a secret has both \"source\" and \"id\": want one of them"},
      {"type=cache,mode=9", "\"mode\" is \"9\", want an octal number of at most 32 bits"},
      {"type=cache,uid=-1", "\"uid\" is \"-1\", want a number of at most 32 bits"},
      {"type=cache,gid=4294967296", "\"gid\" is \"4294967296\", want a number of at most 32 bits"},
      {"type=tmpfs,size=big", "\"size\" is \"big\", want a number of bytes such as 64m"},
      {"type=tmpfs,size=-1", "\"size\" is \"-1\", want a number of bytes such as 64m"},
      {"type=tmpfs,size=1x", "\"size\" is \"1x\", want a number of bytes such as 64m"},
      {"from=$a,target=/b",
       "\"from\" of a mount cannot have variables: name a stage after the image instead"},
      {"\"target=/a", "a quoted field is not closed before the next comma"},
      {"\"target=/a\"x", "a quoted field is not closed before the next comma"},
      {"target=/\"a", "field \"target=/\\\"a\" has a quote inside"},
  };
  for (const auto& [text, message] : cases) {
    INFO(text);
    CHECK_THROWS_WITH(parse_mount(text), message);
  }
}

TEST_CASE("a mount with variables is read once they are known") {
  const Mount early = parse_mount("type=$T,target=$D,from=base");
  CHECK(early.deferred);
  CHECK(early.from == "base");
  CHECK_THROWS_AS(parse_mount("traget=$D"), Error);
  const Mount late = parse_mount(early.raw, [](std::string_view value) -> std::string {
    return value == "$T" ? "cache" : value == "$D" ? "/d" : std::string(value);
  });
  CHECK_FALSE(late.deferred);
  CHECK(late.type == MountType::cache);
  CHECK(late.target == "/d");
}

TEST_CASE("durations are those of Go") {
  CHECK(parse_duration("1h2m3s") == 3'723'000'000'000);
  CHECK(parse_duration("1.5m") == 90'000'000'000);
  CHECK(parse_duration(".5s") == 500'000'000);
  CHECK(parse_duration("-1ms") == -1'000'000);
  CHECK(parse_duration("+1µs") == 1'000);
  CHECK(parse_duration("7ns") == 7);
  CHECK(parse_duration("0") == 0);
  for (const char* wrong : {"", "1", "s", ".s", "1x", "1 s", "1s2", "-", "300000000h",
                            "99999999999999999999s", "9223372036s1000000000ns"}) {
    INFO(wrong);
    CHECK_FALSE(parse_duration(wrong));
  }
}

}  // namespace
}  // namespace lade::containerfile
