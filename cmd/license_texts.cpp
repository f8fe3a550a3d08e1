#include "cmd/license_texts.h"

#include <map>
#include <set>

#include "cmd/image_layers.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

constexpr std::uint64_t text_limit_bytes = std::uint64_t{4} << 20U;

std::string title_of(const sbom::Package& package) {
  return package.version.empty() ? package.name : package.name + " " + package.version;
}

}  // namespace

std::string license_texts(Session& session, const std::string& image, const Platform& platform,
                          const sbom::Inventory& inventory) {
  if (inventory.subject.kind != sbom::SubjectKind::image || image.starts_with("sbom:")) {
    fail(ErrorKind::invalid, "{} is no image: the texts are in its files", image);
  }
  const ImageLayers layers(session, image, platform);
  std::set<std::string> paths;
  for (const sbom::Package& package : inventory.packages) {
    for (const sbom::LicenseClaim& claim : package.licenses) {
      if (!claim.path.empty()) paths.insert(claim.path);
    }
  }
  const std::map<std::string, std::string> texts = layers.read_files(paths, text_limit_bytes);
  std::map<std::string, std::set<std::string>> packages_of_text;
  std::set<std::string> without;
  for (const sbom::Package& package : inventory.packages) {
    bool has_text = false;
    for (const sbom::LicenseClaim& claim : package.licenses) {
      const auto text = texts.find(claim.path);
      if (text == texts.end()) continue;
      has_text = true;
      packages_of_text[text->second].insert(title_of(package));
    }
    if (!has_text) without.insert(title_of(package));
  }
  std::map<std::string, std::string> sections;  // by the names of the packages
  for (const auto& [text, packages] : packages_of_text) {
    const std::vector<std::string> names(packages.begin(), packages.end());
    sections[join(names, ", ")] += text + (text.ends_with('\n') ? "" : "\n");
  }
  const std::string rule(78, '=');
  std::string bundle;
  for (const auto& [names, text] : sections) {
    bundle += rule + "\n" + printable(names) + "\n" + rule + "\n\n" + text + "\n";
  }
  if (!without.empty()) {
    bundle += rule + "\nNo text was found for\n" + rule + "\n\n";
    for (const std::string& name : without) bundle += printable(name) + "\n";
  }
  return bundle;
}

}  // namespace lade::cmd
