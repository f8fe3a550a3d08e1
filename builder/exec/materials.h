#pragma once

#include <compare>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/guarded.h"
#include "libimage/image/interfaces.h"
#include "libimage/oci/digest.h"

namespace lade::builder {

/// Something from outside that went into a build (SLSA v1.0, "ResourceDescriptor"). A URI holds no
/// password.
struct Material {
  std::string uri{};   ///< where it came from; empty: it has but a name
  std::string name{};  ///< what the build calls it
  /// By algorithm: "sha256", or "gitCommit" of a commit.
  std::map<std::string, std::string> digests{};

  auto operator<=>(const Material&) const = default;
};

Material material_of(const std::string& url, const Digest& content);
Material material_of(const std::string& remote, const RepositoryCommit& commit);

/// What the steps of one build find, each thing once, from any thread.
class Materials {
 public:
  void add(const Material& material);
  /// What a step took of a build context.
  void add_content(const std::string& context, const Digest& content);
  /// All of it, sorted. The digest of a context is that of what was taken of it, by all steps.
  std::vector<Material> list() const;

 private:
  struct Found {
    std::set<Material> things;
    std::map<std::string, std::set<Digest>> contents;
  };
  mutable Guarded<Found> found_;
};

}  // namespace lade::builder
