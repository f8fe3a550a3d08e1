#include "sbom/language/npm_yarn_cache.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/npm_manifest.h"
#include "sbom/language/npm_place.h"
#include "sbom/language/zip_archive.h"

namespace lade::sbom {
namespace {

constexpr std::uint64_t yarn_manifest_limit = std::uint64_t{4} << 20U;
constexpr std::size_t yarn_package_limit = 1000;

bool is_package_of_archive(std::string_view member) {
  return member.starts_with("node_modules/") && base_name(member) == "package.json" &&
         npm_place(parent_path(member)) == NpmPlace::installed;
}

}  // namespace

void read_yarn_archive(std::span<const std::byte> bytes, Find& find) {
  const ZipArchive archive(bytes, find.path);
  std::vector<ZipMember> manifests;
  archive.for_each([&](const ZipMember& member) {
    if (!is_package_of_archive(member.name)) return;
    if (manifests.size() == yarn_package_limit) {
      fail(ErrorKind::unsupported, "{} has more than {} packages", find.path, yarn_package_limit);
    }
    manifests.push_back(member);
  });
  // the archive's own is the shallowest
  std::sort(manifests.begin(), manifests.end(), [](const ZipMember& a, const ZipMember& b) {
    return std::pair(std::count(a.name.begin(), a.name.end(), '/'), a.name) <
           std::pair(std::count(b.name.begin(), b.name.end(), '/'), b.name);
  });
  for (const ZipMember& member : manifests) {
    const ZipContent content = archive.read(member, yarn_manifest_limit);
    auto package = parse_npm_manifest(content.text(), member.name);
    if (!package) continue;
    const std::int32_t parent = find.packages.empty() ? -1 : 0;
    find.packages.push_back({.package = *std::move(package),
                             .inner = std::string(parent_path(member.name)),
                             .parent = parent});
  }
}

}  // namespace lade::sbom
