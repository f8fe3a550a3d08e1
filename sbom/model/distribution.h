#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lade::sbom {

/// Which operating system the files are of, from os-release(5).
struct Distribution {
  std::string id;                      ///< "debian"; always there
  std::vector<std::string> id_like{};  ///< "rhel fedora", split
  std::string version_id{};            ///< "12", "3.18.4"; empty for rolling ones and Debian's sid
  std::string codename{};              ///< VERSION_CODENAME: "bookworm"
  std::string name{};                  ///< NAME
  std::string pretty_name{};
  std::string cpe{};  ///< CPE_NAME, if it is one
  std::string home_url{};
  std::string support_end{};  ///< SUPPORT_END, "2028-06-30"
  std::string path{};         ///< the file that says so

  bool operator==(const Distribution&) const = default;
};

/// Reads os-release(5): shell-like assignments, quotes and escapes understood, nothing expanded.
/// Nothing if there is no ID (whose default, "linux", tells nothing). `/etc/alpine-release`,
/// `/etc/debian_version` and the like are not asked: what has no os-release is told as unknown.
std::optional<Distribution> parse_os_release(std::string_view text, std::string_view path);

/// "debian-12": the `distro` qualifier of package URLs.
std::string distro_qualifier(const Distribution& distribution);

}  // namespace lade::sbom
