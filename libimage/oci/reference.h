#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "libimage/oci/digest.h"

namespace lade {

/// The name of an image in the form registries and local stores share, normalised by Docker's
/// rules: "busybox" is "docker.io/library/busybox". Holding one proves that it is well-formed
/// (distribution-spec 1.1, "Pulling manifests"; the grammar of distribution/reference).
class Reference {
 public:
  /// Throws `invalid`, saying which part is wrong and why (upper-case letters, too long, an image
  /// id instead of a name…). No tag is invented.
  static Reference parse(std::string_view text);
  static std::optional<Reference> try_parse(std::string_view text);
  /// As parse, but "busybox" stays without a domain: `localhost/` is put before a name that has
  /// none, as buildah does for images that were built here.
  static Reference parse_local(std::string_view text);

  const std::string& domain() const { return domain_; }  ///< "docker.io"
  const std::string& path() const { return path_; }      ///< "library/busybox"
  const std::optional<std::string>& tag() const { return tag_; }
  const std::optional<Digest>& digest() const { return digest_; }

  /// "docker.io/library/busybox"
  std::string name() const { return domain_ + "/" + path_; }
  /// name[:tag][@digest]
  std::string str() const;
  /// As people type it: "busybox", "user/app:1", "quay.io/x/y".
  std::string familiar() const;
  /// Neither tag nor digest.
  bool is_name_only() const { return !tag_ && !digest_; }

  Reference with_tag(std::string_view tag) const;  ///< replaces; drops a digest; `invalid` if bad
  Reference with_digest(const Digest& digest) const;  ///< replaces; drops a tag
  /// ":latest" added to a name-only reference.
  Reference or_latest() const;
  /// By one of them alone: the digest, which names more exactly, else the tag, else "latest".
  Reference exact() const;

  auto operator<=>(const Reference&) const = default;

 private:
  Reference() = default;
  static Reference parse_under(std::string_view default_domain, std::string_view text);
  /// [:tag][@digest]
  std::string suffix() const;

  std::string domain_;
  std::string path_;
  std::optional<std::string> tag_;
  std::optional<Digest> digest_;
};

}  // namespace lade
