#include "sbom/format/deployed.h"

#include <algorithm>
#include <array>

#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

struct AlgorithmNames {
  std::string_view plain;
  std::string_view spdx;
  std::string_view cyclonedx;
  std::size_t digits;
};

constexpr std::array<AlgorithmNames, 12> algorithms{{
    {"md5", "MD5", "MD5", 32},
    {"sha1", "SHA1", "SHA-1", 40},
    {"sha224", "SHA224", "", 56},
    {"sha256", "SHA256", "SHA-256", 64},
    {"sha384", "SHA384", "SHA-384", 96},
    {"sha512", "SHA512", "SHA-512", 128},
    {"sha3-256", "SHA3-256", "SHA3-256", 64},
    {"sha3-384", "SHA3-384", "SHA3-384", 96},
    {"sha3-512", "SHA3-512", "SHA3-512", 128},
    {"blake2b-256", "BLAKE2b-256", "BLAKE2b-256", 64},
    {"blake2b-512", "BLAKE2b-512", "BLAKE2b-512", 128},
    {"blake3", "BLAKE3", "BLAKE3", 64},
}};

const AlgorithmNames* find_algorithm(const PackageHash& hash) {
  const auto* const found =
      std::find_if(algorithms.begin(), algorithms.end(), [&](const AlgorithmNames& names) {
        return names.plain == hash.algorithm && names.digits == hash.hex.size() && is_hex(hash.hex);
      });
  return found == algorithms.end() ? nullptr : found;
}

std::string_view last_component(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path.substr(path.rfind('/') + 1);
}

/// The name of the file that a distribution's archive has.
std::string archive_name(const Package& package) {
  std::string version = package.version;
  const std::size_t epoch = version.find(':');
  if (epoch != std::string::npos) version.erase(0, epoch + 1);
  const std::string& arch = package.architecture;
  switch (package.type) {
    case PackageType::deb:
      return package.name + "_" + version + "_" + arch + ".deb";
    case PackageType::opkg:
      return package.name + "_" + version + "_" + arch + ".ipk";
    case PackageType::apk:
      return package.name + "-" + version + ".apk";
    case PackageType::rpm:
      return package.name + "-" + version + "." + arch + ".rpm";
    case PackageType::alpm:
      return package.name + "-" + version + "-" + arch + ".pkg.tar.zst";
    case PackageType::gem:
      return package.name + "-" + version + ".gem";
    default:
      return {};
  }
}

std::string file_name_of(const Package& package) {
  if (!package.file_name.empty()) return package.file_name;
  std::string name = archive_name(package);
  if (!name.empty() || package.locations.empty()) return name;
  const Location& location = package.locations.front();
  return std::string(last_component(location.inner.empty() ? location.path : location.inner));
}

}  // namespace

Deployed deployed_of(const Package& package) {
  Deployed deployed{.file_name = file_name_of(package)};
  const PackageType type = package.type;
  const bool is_program =
      type == PackageType::golang || type == PackageType::cargo || type == PackageType::generic;
  const bool is_jar = type == PackageType::maven;
  const bool is_package_archive = is_distribution_type(type) || type == PackageType::gem || is_jar;
  deployed.is_executable = package.is_executable.value_or(is_program || is_jar);
  deployed.is_archive = package.is_archive.value_or(is_package_archive);
  deployed.is_structured = package.is_structured.value_or(!is_program);
  return deployed;
}

std::string spdx_algorithm(const PackageHash& hash) {
  const AlgorithmNames* names = find_algorithm(hash);
  return names == nullptr ? std::string() : std::string(names->spdx);
}

std::string cyclonedx_algorithm(const PackageHash& hash) {
  const AlgorithmNames* names = find_algorithm(hash);
  return names == nullptr ? std::string() : std::string(names->cyclonedx);
}

std::string plain_algorithm(std::string_view written) {
  std::string lower = to_lower(written);
  for (const AlgorithmNames& names : algorithms) {
    if (lower == to_lower(names.spdx) || lower == to_lower(names.cyclonedx)) {
      return std::string(names.plain);
    }
  }
  return lower;
}

}  // namespace lade::sbom
