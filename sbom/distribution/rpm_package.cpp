#include "sbom/distribution/rpm_package.h"

#include <fmt/format.h>

#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/distribution/license_claims.h"
#include "sbom/distribution/rpm_header.h"

namespace lade::sbom {
namespace {

constexpr std::size_t directory_limit_bytes = 4096;

constexpr std::byte state_not_installed{2};

// the bits of a need's or provision's flags (rpmds.h)
constexpr std::uint32_t less = 1U << 1U;
constexpr std::uint32_t greater = 1U << 2U;
constexpr std::uint32_t equal = 1U << 3U;

std::string_view comparison(std::uint32_t flags) {
  switch (flags & (less | greater | equal)) {
    case less:
      return "<";
    case greater:
      return ">";
    case equal:
      return "=";
    case less | equal:
      return "<=";
    case greater | equal:
      return ">=";
    default:
      return {};
  }
}

/// "name >= 1:2-3" for each of three lists of one length.
void add_capabilities(const RpmHeader& header, RpmTag name_tag, RpmTag flags_tag,
                      RpmTag version_tag, PackageCollector& collector,
                      std::vector<std::string>& list) {
  const auto names = header.texts(name_tag);
  const auto flags = header.numbers(flags_tag);
  const auto versions = header.texts(version_tag);
  std::string written;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i].starts_with("rpmlib(")) continue;
    written = names[i];
    const bool has_version = i < flags.size() && i < versions.size() && !versions[i].empty();
    const std::string_view sign = has_version ? comparison(flags[i]) : std::string_view();
    if (!sign.empty()) fmt::format_to(std::back_inserter(written), " {} {}", sign, versions[i]);
    // the same need of several scripts stands there several times
    if (list.empty() || written != list.back()) collector.add_name(list, written);
  }
}

void own_files(const RpmHeader& header, PackageCollector& collector) {
  const auto names = header.texts(RpmTag::base_names);
  const auto indexes = header.numbers(RpmTag::directory_indexes);
  const auto directories = header.texts(RpmTag::directory_names);
  const auto states = header.binary(RpmTag::file_states);
  std::string path;
  for (std::size_t i = 0; i < names.size() && i < indexes.size(); ++i) {
    if (i < states.size() && states[i] == state_not_installed) continue;
    if (indexes[i] >= directories.size()) {
      return collector.fault(fmt::format("{} lists a file in directory {} of {}",
                                         printable(header.text(RpmTag::name).value_or("")),
                                         indexes[i], directories.size()));
    }
    // no file is below it, and every name would copy it
    if (directories[indexes[i]].size() > directory_limit_bytes) continue;
    path.assign(directories[indexes[i]]).append(names[i]);
    collector.own(path);
  }
  for (const std::string_view old : header.texts(RpmTag::old_file_names)) collector.own(old);
}

Package rpm_package(const RpmHeader& header, PackageCollector& collector) {
  const auto text = [&](RpmTag tag) { return std::string(header.text(tag).value_or("")); };
  Package package{.type = PackageType::rpm};
  package.name = text(RpmTag::name);
  const std::string version_release = text(RpmTag::version) + "-" + text(RpmTag::release);
  package.version = version_release;
  if (const auto epoch = header.number(RpmTag::epoch)) {
    package.version = fmt::format("{}:{}", *epoch, version_release);
    package.qualifiers["epoch"] = std::to_string(*epoch);
  }
  package.architecture = text(RpmTag::arch);
  set_rpm_source(package, text(RpmTag::source_rpm), version_release);
  package.licenses = declared_claims(text(RpmTag::license));
  package.supplier = text(RpmTag::vendor);
  if (package.supplier.empty()) package.supplier = text(RpmTag::packager);
  package.homepage = text(RpmTag::url);
  package.description = text(RpmTag::summary);
  auto size_bytes = header.number(RpmTag::long_size);
  if (!size_bytes) size_bytes = header.number(RpmTag::size);
  package.installed_bytes = size_bytes.value_or(0);
  const std::string modularity = text(RpmTag::modularity_label);
  if (!modularity.empty()) package.qualifiers["modularity"] = modularity;
  const auto md5 = header.binary(RpmTag::sigmd5);
  if (md5.size() == 16) package.hashes.push_back({"md5", to_hex(md5)});
  add_capabilities(header, RpmTag::require_name, RpmTag::require_flags, RpmTag::require_version,
                   collector, package.depends);
  add_capabilities(header, RpmTag::provide_name, RpmTag::provide_flags, RpmTag::provide_version,
                   collector, package.provides);
  return package;
}

}  // namespace

void set_rpm_source(Package& package, std::string_view file, std::string_view version_release) {
  for (const std::string_view suffix : {".src.rpm", ".nosrc.rpm"}) {
    if (!file.ends_with(suffix)) continue;
    file.remove_suffix(suffix.size());
    const std::size_t release = file.rfind('-');
    if (release == std::string_view::npos || release == 0) return;
    const std::size_t version = file.rfind('-', release - 1);
    if (version == std::string_view::npos || version == 0) return;
    const std::string_view name = file.substr(0, version);
    const std::string_view built = file.substr(version + 1);
    if (name == package.name && built == version_release) return;
    package.source_name = name;
    package.source_version = built;
    return;
  }
}

bool add_rpm_package(std::span<const std::byte> bytes, PackageCollector& collector) {
  std::optional<RpmHeader> header;
  try {
    header = RpmHeader::parse(bytes);
  } catch (const Error& error) {
    collector.fault(fmt::format("package {}: {}", collector.size() + 1, error.message()));
    return true;
  }
  const auto name = header->text(RpmTag::name);
  if (!name || name->empty()) {
    collector.fault(fmt::format("package {} has no name", collector.size() + 1));
    return true;
  }
  if (*name == "gpg-pubkey") return true;
  own_files(*header, collector);
  return collector.add(rpm_package(*header, collector));
}

}  // namespace lade::sbom
