// What pip calls an installed package is a directory (or file) of metadata where modules are looked
// for. Its files are read one by one: METADATA or PKG-INFO makes the package, RECORD, requires.txt
// and direct_url.json add to it at assembly.
#include <map>
#include <unordered_map>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "sbom/language/clean_text.h"
#include "sbom/language/factories.h"
#include "sbom/language/python_assembly.h"
#include "sbom/language/python_metadata.h"
#include "sbom/language/python_origin.h"
#include "sbom/language/python_place.h"
#include "sbom/language/python_record.h"
#include "sbom/language/zip_archive.h"

namespace lade::sbom {
namespace {

constexpr std::uint64_t egg_metadata_limit = std::uint64_t{8} << 20U;

bool is_metadata_directory(std::string_view directory) {
  return directory.ends_with(".dist-info") || directory.ends_with(".egg-info") ||
         base_name(directory) == "EGG-INFO";
}

/// "foo_bar-1.0-py3.8.egg-info" says what older metadata forgets.
std::optional<Package> package_of_name(std::string_view metadata_path) {
  std::string_view name = base_name(metadata_path);
  if (name == "EGG-INFO") name = base_name(parent_path(metadata_path));
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::vector<std::string> parts = split(name.substr(0, dot), '-');
  if (parts.size() < 2 || !is_word(parts[0]) || !is_word(parts[1])) return std::nullopt;
  return Package{.type = PackageType::pypi,
                 .name = normalize_python_name(parts[0]),
                 .version = parts[1],
                 .remarks = {"name and version are those of its directory: its metadata has none"}};
}

void read_metadata(std::string_view text, std::string_view metadata_path, Find& find) {
  auto package = parse_python_metadata(text, python_version_of_path(metadata_path));
  if (!package) package = package_of_name(metadata_path);
  if (package) find.packages.push_back({.package = *std::move(package)});
}

/// An egg that was never unpacked.
void read_egg(std::span<const std::byte> bytes, Find& find) {
  const ZipArchive archive(bytes, find.path);
  std::optional<ZipMember> metadata;
  archive.for_each([&](const ZipMember& member) {
    if (member.name == "EGG-INFO/PKG-INFO") metadata = member;
  });
  if (!metadata) return;
  read_metadata(archive.read(*metadata, egg_metadata_limit).text(), find.path, find);
}

class PythonCataloger : public Cataloger {
 public:
  std::string_view name() const override { return "python"; }
  unsigned version() const override { return 1; }
  std::vector<PathRule> rules() const override {
    using Kind = PathRule::Kind;
    return {{Kind::name, "METADATA"},
            {Kind::name, "PKG-INFO"},
            {Kind::name, "RECORD"},
            {Kind::name, "requires.txt"},
            {Kind::name, "installed-files.txt"},
            {Kind::name, "direct_url.json"},
            {Kind::extension, "egg-info"},
            {Kind::extension, "egg-link"},
            {Kind::extension, "egg"}};
  }
  bool wants(std::string_view path, std::uint64_t) const override {
    const std::string_view directory = parent_path(path);
    if (path.ends_with(".egg-link")) return true;
    // a file that is a package's whole metadata, or an archive of it
    if (path.ends_with(".egg-info") || path.ends_with(".egg")) {
      const PythonPlace place = python_place(path);
      return place == PythonPlace::installed || place == PythonPlace::vendored;
    }
    return is_metadata_directory(directory) && python_place(directory) != PythonPlace::fixture;
  }
  std::optional<Find> read(const FileView& file) const override {
    const std::string_view text(reinterpret_cast<const char*>(file.content.data()),
                                file.content.size());
    const std::string_view last = base_name(file.path);
    const std::string_view directory = parent_path(file.path);
    Find find{.path = std::string(file.path)};
    if (last == "METADATA" || last == "PKG-INFO") {
      read_metadata(text, directory, find);
      if (find.packages.empty()) find.problem = "neither it nor its directory has name and version";
    } else if (last == "RECORD") {
      const InstalledFiles files = parse_python_record(text, parent_path(directory));
      find.owned_paths = files.paths;
      find.note = std::to_string(files.size_bytes);
    } else if (last == "installed-files.txt") {
      find.owned_paths = parse_installed_files(text, directory).paths;
    } else if (last == "requires.txt") {
      find.note = parse_egg_requirements(text, python_version_of_path(directory));
    } else if (last == "direct_url.json") {
      find.note = origin_note(parse_direct_url(text, find.path));
    } else if (last.ends_with(".egg-link")) {
      find.note = join_path(directory, clean_line(text.substr(0, text.find('\n'))));
    } else if (last.ends_with(".egg")) {
      read_egg(file.content, find);
    } else {
      read_metadata(text, file.path, find);
    }
    return find;
  }
  void assemble(const AssemblyView& view, InventoryBuilder& inventory) const override {
    assemble_python(view, inventory);
  }
};

}  // namespace

std::shared_ptr<const Cataloger> python_cataloger() { return std::make_shared<PythonCataloger>(); }

}  // namespace lade::sbom
