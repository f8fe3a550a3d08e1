#include "builder/exec/materials.h"

#include <fmt/format.h>

#include "libimage/base/url.h"
#include "libimage/oci/hasher.h"

namespace lade::builder {

Material material_of(const std::string& url, const Digest& content) {
  return {.uri = without_userinfo(url),
          .digests = {{std::string(to_string(content.algorithm())), content.hex()}}};
}

Material material_of(const std::string& remote, const RepositoryCommit& commit) {
  const std::string place = without_userinfo(remote);
  return {.uri = commit.ref.empty() ? fmt::format("git+{}", place)
                                    : fmt::format("git+{}@{}", place, commit.ref),
          .digests = {{"gitCommit", commit.id}}};
}

void Materials::add(const Material& material) {
  found_.with([&](Found& found) { found.things.insert(material); });
}

void Materials::add_content(const std::string& context, const Digest& content) {
  found_.with([&](Found& found) { found.contents[context].insert(content); });
}

std::vector<Material> Materials::list() const {
  return found_.with([](const Found& found) {
    std::vector<Material> all(found.things.begin(), found.things.end());
    for (const auto& [context, contents] : found.contents) {
      Hasher hasher;
      for (const Digest& content : contents) hasher.update(content.hash());
      all.push_back({.name = context.empty() ? "context" : "context:" + context,
                     .digests = {{"sha256", hasher.finish().hex()}}});
    }
    return all;
  });
}

}  // namespace lade::builder
