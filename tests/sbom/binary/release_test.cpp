#include <catch2/catch.hpp>

#include "sbom/binary/release_files.h"

namespace lade::sbom {
namespace {

struct ReleaseCase {
  std::string_view path;
  std::string_view text;
  std::string_view name;
  std::string_view version;
};

TEST_CASE("release files tell name and version") {
  const std::vector<ReleaseCase> cases = {
      {"opt/java/release", "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"17.0.9\"\n", "openjdk",
       "17.0.9"},
      {"opt/java/release", "JAVA_VERSION=\"1.8.0_402\"\nOS_NAME=\"Linux\"\n", "openjdk",
       "1.8.0_402"},
      {"opt/graal/release", "JAVA_VERSION=\"21.0.1\"\nGRAALVM_VERSION=\"23.1.1\"\n", "graalvm",
       "23.1.1"},
      {"usr/local/include/python3.12/patchlevel.h",
       "#define PY_MAJOR_VERSION\t3\n#define PY_VERSION      \t\"3.12.4\"\n", "python", "3.12.4"},
      {"usr/local/include/python3.13/patchlevel.h", "#define PY_VERSION \"3.13.0+\"", "python",
       "3.13.0"},
      {"usr/local/include/node/node_version.h",
       "#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 20\n"
       "#define NODE_PATCH_VERSION 2\n",
       "node", "20.20.2"},
      {"usr/local/lib/ruby/3.3.0/x86_64-linux/rbconfig.rb",
       "  CONFIG[\"MAJOR\"] = \"3\"\n  CONFIG[\"MINOR\"] = \"3\"\n  CONFIG[\"TEENY\"] = \"1\"\n",
       "ruby", "3.3.1"},
      {"usr/local/go/VERSION", "go1.22.1\ntime 2024-02-29T18:18:48Z\n", "go", "1.22.1"},
      {"usr/local/go/VERSION", "go1.23rc1", "go", "1.23rc1"},
      {"usr/local/lib/erlang/releases/26/OTP_VERSION", "26.2.1\n", "erlang", "26.2.1"},
      {"usr/lib/elixir/lib/elixir/ebin/elixir.app",
       "{application,elixir,\n [{description,\"elixir\"},\n  {vsn,\"1.16.0\"},", "elixir",
       "1.16.0"},
      {"usr/lib/R/library/base/DESCRIPTION", "Package: base\nVersion: 4.2.2\nPriority: base\n", "r",
       "4.2.2"},
      {"opt/julia/include/julia/julia_version.h", "#define JULIA_VERSION_STRING \"1.9.4\"\n",
       "julia", "1.9.4"},
      {"usr/share/dotnet/shared/Microsoft.NETCore.App/8.0.1/.version",
       "bf5e279d9239bfef5bb1b8d6212f1b971c434606\n8.0.1\n", "dotnet-runtime", "8.0.1"},
      {"usr/share/dotnet/shared/Microsoft.AspNetCore.App/8.0.1/.version",
       "8e941eb42f819adb116b881195158b3887a70a1c\r\n8.0.1\r\n", "aspnetcore-runtime", "8.0.1"},
  };
  for (const ReleaseCase& c : cases) {
    CAPTURE(c.path);
    CHECK(is_release_path(c.path));
    const auto release = parse_release_file(c.path, c.text);
    REQUIRE(release);
    CHECK(release->name == c.name);
    CHECK(release->version == c.version);
  }
  CHECK(parse_release_file("a/release", "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"21\"\n")->supplier ==
        "X");
}

TEST_CASE("files that only have the name of a release file are passed over") {
  const std::vector<ReleaseCase> cases = {
      {"etc/release", "Debian 12\n", "", ""},
      {"etc/release", "", "", ""},
      {"opt/java/release", "JAVA_VERSION=\n", "", ""},
      {"opt/java/release", "JAVA_VERSION=\"x\"\n", "", ""},
      {"opt/java/release", "JAVA_VERSION=\"17", "", ""},
      {"usr/include/linux/patchlevel.h", "#define PY_VERSION \"3.12.4\"", "", ""},
      {"usr/include/python3.12/patchlevel.h", "#define PY_VERSION", "", ""},
      {"usr/include/node/node_version.h", "#define NODE_MAJOR_VERSION 20\n", "", ""},
      {"app/VERSION", "1.2.3\n", "", ""},
      {"usr/local/go/VERSION", "1.2.3\n", "", ""},
      {"usr/local/go/VERSION", "gopher\n", "", ""},
      {"usr/lib/R/library/base/DESCRIPTION", "Package: other\nVersion: 4.2.2\n", "", ""},
      {"x/.version", "8.0.1\n", "", ""},
  };
  for (const ReleaseCase& c : cases) {
    CAPTURE(c.path, c.text);
    CHECK_FALSE(parse_release_file(c.path, c.text));
  }
}

}  // namespace
}  // namespace lade::sbom
