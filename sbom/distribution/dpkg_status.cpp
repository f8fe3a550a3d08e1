#include "sbom/distribution/dpkg_status.h"

#include <fmt/format.h>

#include "libimage/base/text.h"
#include "sbom/distribution/control_stanza.h"
#include "sbom/distribution/package_collector.h"

namespace lade::sbom {
namespace {

/// "name (version)" of Source, whose version is there only if it differs.
void set_dpkg_source(Package& package, std::string_view source) {
  if (source.empty()) return;
  const std::size_t open = source.find('(');
  const std::string_view name = trim(source.substr(0, open));
  std::string_view version;
  if (open != std::string_view::npos) {
    version = source.substr(open + 1);
    version = trim(version.substr(0, version.find(')')));
  }
  if (version.empty()) version = package.version;
  if (name == package.name && version == package.version) return;
  package.source_name = name;
  package.source_version = version;
}

Package dpkg_package(const ControlStanza& stanza, PackageCollector& collector) {
  Package package{.type = PackageType::deb};
  package.name = stanza.value("Package");
  package.version = stanza.first_line("Version");
  package.architecture = stanza.first_line("Architecture");
  set_dpkg_source(package, stanza.first_line("Source"));
  package.supplier = stanza.first_line("Maintainer");
  package.homepage = stanza.first_line("Homepage");
  package.description = stanza.first_line("Description");
  const auto kibibytes = parse_int(stanza.first_line("Installed-Size"));
  if (kibibytes && *kibibytes > 0) {
    package.installed_bytes = static_cast<std::uint64_t>(*kibibytes) << 10U;
  }
  add_list(collector, package.depends, stanza.value("Pre-Depends"));
  add_list(collector, package.depends, stanza.value("Depends"));
  add_list(collector, package.provides, stanza.value("Provides"));
  return package;
}

}  // namespace

DpkgState dpkg_state(std::string_view status) {
  if (status.empty()) return {};
  const std::size_t last = status.rfind(' ');
  const std::string_view state = last == std::string_view::npos ? status : status.substr(last + 1);
  if (state == "not-installed" || state == "config-files") return {.is_there = false};
  if (status.find(" reinstreq ") != std::string_view::npos) {
    return {.remark = fmt::format("{}, to be reinstalled", printable(state))};
  }
  if (state == "installed" || state == "triggers-awaited" || state == "triggers-pending") return {};
  if (state == "half-installed") return {.remark = "half-installed: files may be missing"};
  return {.remark = fmt::format("{}: not configured", printable(state))};
}

Find parse_dpkg_status(std::string_view text, bool fragment) {
  PackageCollector collector;
  for_each_stanza(text, collector, [&](const ControlStanza& stanza) {
    DpkgState state = dpkg_state(stanza.first_line("Status"));
    if (!state.is_there) return true;
    if (!fragment && !stanza.has("Status")) state.remark = "without a status";
    const std::string_view name = stanza.value("Package");
    if (name.empty() || name.find('\n') != std::string_view::npos) {
      collector.fault(fmt::format("line {}: a package without a name", stanza.line));
      return true;
    }
    Package package = dpkg_package(stanza, collector);
    if (!state.remark.empty()) package.remarks.push_back(std::move(state.remark));
    return collector.add(std::move(package));
  });
  return collector.take();
}

}  // namespace lade::sbom
