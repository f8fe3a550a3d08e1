#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "libimage/image/attach.h"

namespace lade::signing {

/// Opens the image anew, so that it is seen as it is then.
using SourceOpener = std::function<std::unique_ptr<ImageSource>()>;

/// A layer of what one of cosign's tags names.
struct CosignLayer {
  std::string media_type;
  std::string bytes;
  std::map<std::string, std::string> annotations{};
};

/// Adds a layer to the manifest that a tag of cosign's (suffix ".sig" or ".att") names, making one
/// if there is none; returns the tag. Whoever adds another at the same time does not take it away:
/// it is looked for afterwards, and added again. `conflict` after some attempts.
std::string add_to_cosign_tag(const SourceOpener& open, ImageDestination& destination,
                              const Digest& subject, std::string_view suffix,
                              const CosignLayer& layer);

}  // namespace lade::signing
