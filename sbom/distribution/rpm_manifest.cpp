#include "sbom/distribution/rpm_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "libimage/base/text.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/rpm_package.h"
#include "sbom/distribution/text_lines.h"

namespace lade::sbom {
namespace {

/// What rpm's query wrote into each column.
enum ManifestField : std::size_t {
  manifest_name,
  manifest_version_release,
  manifest_installed_at,
  manifest_built_at,
  manifest_vendor,
  manifest_epoch,
  manifest_size,
  manifest_arch,
  manifest_epoch_number,
  manifest_source_rpm,
  manifest_fields
};

Package rpm_manifest_package(const std::vector<std::string>& fields) {
  Package package{.type = PackageType::rpm};
  package.name = fields[manifest_name];
  package.version = fields[manifest_version_release];
  package.supplier = fields[manifest_vendor];
  package.architecture = fields[manifest_arch];
  set_rpm_source(package, fields[manifest_source_rpm], package.version);
  const std::string& epoch = fields[manifest_epoch_number];
  if (parse_int(epoch).value_or(0) > 0) {
    package.version = fmt::format("{}:{}", epoch, package.version);
    package.qualifiers["epoch"] = epoch;
  }
  package.installed_bytes = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, parse_int(fields[manifest_size]).value_or(0)));
  return package;
}

}  // namespace

Find parse_rpm_manifest(std::string_view text) {
  PackageCollector collector;
  std::size_t number = 0;
  for_each_line(text, [&](std::string_view line) {
    ++number;
    if (line.empty()) return;
    if (line.size() > collector.limits().field_bytes) {
      return collector.fault(fmt::format("line {} has {} bytes", number, line.size()));
    }
    std::vector<std::string> fields = split(line, '\t');
    fields.resize(std::max<std::size_t>(fields.size(), manifest_fields));
    std::replace(fields.begin(), fields.end(), std::string("(none)"), std::string());
    if (fields[manifest_name].empty() || fields[manifest_version_release].empty()) {
      return collector.fault(fmt::format("line {} names no package with a version", number));
    }
    collector.add(rpm_manifest_package(fields));
  });
  return collector.take();
}

}  // namespace lade::sbom
