#include "sbom/model/package.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lade::sbom {
namespace {

constexpr std::array<std::pair<PackageType, std::string_view>, 17> type_words{{
    {PackageType::deb, "deb"},
    {PackageType::apk, "apk"},
    {PackageType::rpm, "rpm"},
    {PackageType::alpm, "alpm"},
    {PackageType::opkg, "opkg"},
    {PackageType::golang, "golang"},
    {PackageType::npm, "npm"},
    {PackageType::pypi, "pypi"},
    {PackageType::maven, "maven"},
    {PackageType::gem, "gem"},
    {PackageType::composer, "composer"},
    {PackageType::nuget, "nuget"},
    {PackageType::cargo, "cargo"},
    {PackageType::conda, "conda"},
    {PackageType::hex, "hex"},
    {PackageType::pub, "pub"},
    {PackageType::generic, "generic"},
}};

}  // namespace

std::string_view to_string(PackageType type) {
  return std::find_if(type_words.begin(), type_words.end(),
                      [&](const auto& row) { return row.first == type; })
      ->second;
}

std::optional<PackageType> find_package_type(std::string_view word) {
  const auto* const found = std::find_if(type_words.begin(), type_words.end(),
                                         [&](const auto& row) { return row.second == word; });
  if (found == type_words.end()) return std::nullopt;
  return found->first;
}

bool is_distribution_type(PackageType type) {
  switch (type) {
    case PackageType::deb:
    case PackageType::apk:
    case PackageType::rpm:
    case PackageType::alpm:
    case PackageType::opkg:
      return true;
    default:
      return false;
  }
}

}  // namespace lade::sbom
