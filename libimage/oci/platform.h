#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/json.h"

namespace lade {

/// What an image runs on (image-spec 1.1, image-index.md, "platform"). Values are normalised as
/// containerd does: "x86_64" is "amd64", "aarch64" is "arm64", arm64's "v8" is its default variant.
struct Platform {
  std::string os;
  std::string architecture;
  std::string variant;
  std::string os_version;
  std::vector<std::string> os_features;
  /// Of the processor. Docker's manifest lists have them (image-manifest-v2-2.md, "features"), OCI
  /// keeps the word; known of entries of an index alone, where nobody matches by them.
  std::vector<std::string> features{};

  bool operator==(const Platform&) const = default;

  /// "linux/arm64/v8", "linux(10.0.17763)/amd64", "arm64", "linux"; what is left out comes from
  /// `host`. Throws `invalid` with the known values for an unknown or malformed one.
  static Platform parse(std::string_view text, const Platform& host);
  /// As parse, without a host to lean on: os and architecture must both be given.
  static Platform parse(std::string_view text);
  /// "linux/arm64/v8"; the variant only where there is one.
  std::string str() const;
};

/// Aliases resolved, lower case, default variants added or removed as containerd does.
Platform normalize(Platform platform);
/// The platform this program runs on.
Platform host_platform();
/// Does an image for `image` run where `wanted` is asked for, and how well? 0: not at all; larger
/// is better (an arm/v7 host takes v7 before v6, v6 before v5; amd64/v3 takes v3, v2, plain).
int match_score(const Platform& wanted, const Platform& image);

Platform parse_platform_json(const Json& object, std::string_view what);
Json to_json(const Platform& platform);

}  // namespace lade
