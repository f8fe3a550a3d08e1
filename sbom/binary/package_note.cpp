#include "sbom/binary/package_note.h"

#include "libimage/base/json.h"
#include "libimage/base/text.h"

namespace lade::sbom {
namespace {

constexpr std::string_view note_name = ".note.package";
constexpr std::size_t note_text_limit = 256;

std::string note_text(const Json& note, std::string_view key) {
  std::string text = find_string(note, key, note_name).value_or("");
  return text.size() > note_text_limit ? std::string{} : text;
}

}  // namespace

std::optional<Package> parse_package_note(std::string_view json) {
  const Json note = parse_json(json, note_name);
  Package package{.name = note_text(note, "name"),
                  .version = note_text(note, "version"),
                  .architecture = note_text(note, "architecture")};
  if (package.name.empty() || package.version.empty()) return std::nullopt;
  package.type =
      find_package_type(to_lower(note_text(note, "type"))).value_or(PackageType::generic);
  if (is_distribution_type(package.type)) package.name_space = to_lower(note_text(note, "os"));
  return package;
}

}  // namespace lade::sbom
