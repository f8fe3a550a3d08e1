#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/layer/merged_tree.h"
#include "sbom/secrets/secret_scanner.h"

namespace lade::sbom {

/// What became of a secret in a layer.
enum class SecretState : unsigned char {
  visible,   ///< the image shows it; in the configuration it always is
  replaced,  ///< an upper layer shows something else there; whoever pulls the image has it still
  deleted    ///< an upper layer hides the file, which is as much use
};

std::string_view to_string(SecretState state);

/// One secret of an image.
struct SecretFinding {
  const SecretRule* rule = nullptr;
  /// Where it is if not in a file.
  std::optional<ConfigPart> part{};
  std::string path{};  ///< of the file, normalised; else the name (`ConfigSecrets::name`)
  /// The layers that have it, lowest first, from 0; none for the configuration.
  std::vector<std::size_t> layers{};
  FoundSecret secret{};  ///< as the topmost of them has it
  SecretState state = SecretState::visible;
  /// The layer that replaces or deletes it, if one does.
  std::optional<std::size_t> hidden_by{};
  /// Why it is accepted; nothing if it is not.
  std::optional<std::string> accepted{};
};

struct SecretReport {
  /// By severity (the worst first), place, position.
  std::vector<SecretFinding> findings{};
  std::vector<Remark> remarks{};
};

/// Puts together what was found in the layers (lowest first, one for each of the tree's) and in the
/// configuration. `now` tells which allowances have expired. The rules outlive what is returned.
SecretReport assemble_secrets(const SecretRules& rules, const MergedTree& tree,
                              const std::vector<LayerSecrets>& layers,
                              const std::vector<ConfigSecrets>& config, Timestamp now);

}  // namespace lade::sbom
