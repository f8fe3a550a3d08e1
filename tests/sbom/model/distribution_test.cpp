#include "sbom/model/distribution.h"

#include <catch2/catch.hpp>

namespace lade::sbom {
namespace {

TEST_CASE("os-release is read as a shell would") {
  const auto debian = parse_os_release(
      "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME='Debian GNU/Linux'\n"
      "VERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\nID=debian\n# "
      "ID=not\n\nHOME_URL=\"a\\\"b\\$c\"\n"
      "junk\n9=8\nID_LIKE=\"a  b\"\nSUPPORT_END=2028-06-30",
      "etc/os-release");
  REQUIRE(debian);
  CHECK(debian->id == "debian");
  CHECK(debian->id_like == std::vector<std::string>{"a", "b"});
  CHECK(debian->version_id == "12");
  CHECK(debian->codename == "bookworm");
  CHECK(debian->name == "Debian GNU/Linux");
  CHECK(debian->pretty_name == "Debian GNU/Linux 12 (bookworm)");
  CHECK(debian->home_url == "a\"b$c");
  CHECK(debian->support_end == "2028-06-30");
  CHECK(debian->path == "etc/os-release");
  CHECK(distro_qualifier(*debian) == "debian-12");
}

TEST_CASE("a rolling distribution has no version, and no ID is no distribution") {
  const auto arch = parse_os_release("ID=arch\r\nBUILD_ID=rolling\n", "");
  REQUIRE(arch);
  CHECK(distro_qualifier(*arch) == "arch");
  CHECK_FALSE(parse_os_release("NAME=x\n", ""));
  CHECK_FALSE(parse_os_release("ID=\n", ""));
  CHECK_FALSE(parse_os_release(std::string("\0\xFF=", 3), ""));
}

}  // namespace
}  // namespace lade::sbom
