#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libimage/base/json.h"
#include "libimage/base/time.h"
#include "libimage/image/interfaces.h"
#include "signing/image/verify_image.h"

namespace lade::cmd {

/// Something that happened to an image, as somebody has written it down.
struct TrailEntry {
  std::optional<Timestamp> time{};  ///< as the record says; nothing: it says none
  std::string kind;                 ///< "built", "signed", "certified", "delivered", "attested"
  std::string summary;              ///< one line
  std::string place;                ///< the artifact, or tag and layer
  /// "verified", "unsigned", "not checked", or "not verified".
  std::string standing;
  std::string reason{};  ///< of "not verified"
  Json record;           ///< the predicate, or what a signature says
};

/// Everything that is attached to a manifest, in order of time, what has none first. Signatures are
/// checked if there is something to check them with.
std::vector<TrailEntry> read_trail(ImageSource& source, const RawManifest& manifest,
                                   const std::optional<signing::ImageVerifyOptions>& options,
                                   Timestamp now);

Json record_of(const TrailEntry& entry);
/// A page that needs nothing else: no script, no font, no picture from anywhere.
std::string trail_page(const std::string& image, const Digest& digest,
                       const std::vector<TrailEntry>& entries);

}  // namespace lade::cmd
