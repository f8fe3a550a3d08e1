#include "sbom/distribution/chisel_manifest.h"

#include <fmt/format.h>

#include <map>
#include <memory>
#include <set>
#include <string>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/stream/codec.h"
#include "sbom/distribution/package_collector.h"
#include "sbom/distribution/text_lines.h"

// A line with an object each, the first one a header. The kinds that matter: "package" (name,
// version, arch, sha256 of its archive), "slice" (name, "PACKAGE_SLICE") and "content" (slice,
// path). Lines are sorted, so contents come before the packages that own them.
namespace lade::sbom {
namespace {

constexpr std::uint64_t most_unpacked_bytes = std::uint64_t{256} << 20U;
constexpr std::size_t longest_line_bytes = 64 * 1024;

std::string unpack_manifest(std::span<const std::byte> packed) {
  const auto source = open_decoder(std::make_unique<MemorySource>(packed), Compression::zstd,
                                   {.max_bytes = most_unpacked_bytes});
  return read_all(*source, most_unpacked_bytes, "the manifest");
}

class ManifestReader {
 public:
  Find read(std::string_view text) {
    std::size_t number = 0;
    for_each_line(text, [&](std::string_view line) {
      ++number;
      if (line.empty()) return;
      const std::string where = fmt::format("line {}", number);
      if (line.size() > longest_line_bytes) {
        return collector_.fault(fmt::format("{} has {} bytes", where, line.size()));
      }
      try {
        take(parse_json(line, where), where, number);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::invalid) throw;
        collector_.fault(error.message());
      }
    });
    for (Package& package : packages_) add(std::move(package));
    return collector_.take();
  }

 private:
  void take(const Json& line, const std::string& where, std::size_t number) {
    if (number == 1) {
      const std::string version = get_string(line, "jsonwall", where);
      if (version != "1.0") fail(ErrorKind::unsupported, "a jsonwall of version {}", version);
      return;
    }
    const std::string kind = get_string(line, "kind", where);
    if (kind == "package") {
      take_package(line, where);
    } else if (kind == "content") {
      const std::string slice = get_string(line, "slice", where);
      append_owned_path(paths_[slice.substr(0, slice.find('_'))], get_string(line, "path", where));
    }
  }

  void take_package(const Json& line, const std::string& where) {
    if (packages_.size() >= collector_.limits().packages) {
      fail(ErrorKind::invalid, "more than {} packages", collector_.limits().packages);
    }
    Package package{.type = PackageType::deb};
    package.name = get_string(line, "name", where);
    package.version = get_string(line, "version", where);
    package.architecture = find_string(line, "arch", where).value_or("");
    const auto hash = find_string(line, "sha256", where);
    if (hash && hash->size() == 64 && is_hex(*hash)) package.hashes.push_back({"sha256", *hash});
    if (package.name.empty()) fail(ErrorKind::invalid, "{}: a package without a name", where);
    packages_.push_back(std::move(package));
  }

  void add(Package package) {
    const auto found = paths_.find(package.name);
    if (found != paths_.end()) {
      for_each_line(found->second, [this](std::string_view path) { collector_.own(path); });
    }
    collector_.add(std::move(package));
  }

  PackageCollector collector_;
  std::vector<Package> packages_;
  std::map<std::string, std::string, std::less<>> paths_;
};

}  // namespace

Find parse_chisel_manifest(std::span<const std::byte> packed) {
  return ManifestReader().read(unpack_manifest(packed));
}

}  // namespace lade::sbom
