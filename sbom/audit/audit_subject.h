#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "libimage/image/image.h"
#include "libimage/layer/merged_tree.h"
#include "sbom/model/distribution.h"

namespace lade::sbom {

/// A small file of the image, as far as it can be told.
struct AuditFile {
  bool is_there = false;
  std::string text{};
  std::string problem{};  ///< why it cannot be read; empty: `text` is all of it
};

/// The file system of the image.
struct AuditFiles {
  MergedTree tree{};
  /// One of `audit_file_paths` (audit_files.h), links followed.
  std::function<AuditFile(std::string_view path)> read{};
};

/// Something that is attached to the image.
struct AuditAttachment {
  enum class Kind : unsigned char { signature, sbom, provenance, vulnerabilities, other };
  enum class Standing : unsigned char {
    not_signed,   ///< nobody vouches for it
    not_checked,  ///< signed, but nobody is named to trust
    verified,
    refused  ///< signed by nobody who is trusted, or not at all as it says
  };
  Kind kind = Kind::other;
  std::string place{};              ///< the artifact, or tag and layer
  std::string type{};               ///< of the predicate or the artifact
  std::optional<Timestamp> time{};  ///< as it says itself
  Standing standing = Standing::not_checked;
  std::string reason{};  ///< of `refused`
};

/// What is attached, and what of it could not be read or is about something else.
struct AuditAttachments {
  std::vector<AuditAttachment> found{};
  std::vector<std::string> misfits{};
};

/// The image below.
struct AuditBase {
  std::string name{};    ///< as annotations or labels say; empty: they say nothing
  std::string digest{};  ///< the same
  /// Its configuration, from wherever it was found.
  std::optional<ImageConfig> config{};
  Annotations annotations{};  ///< of its manifest
  std::string problem{};      ///< why there is no configuration
};

/// What is looked at. Whatever is absent was not asked for or could not be had; checks that need it
/// are skipped and say so.
struct AuditSubject {
  std::string name{};
  const Image* image = nullptr;
  std::optional<AuditFiles> files{};
  std::optional<AuditAttachments> attachments{};
  std::string attachments_problem{};  ///< why there are none
  AuditBase base{};
  /// The beginning of the last day on which a distribution gets fixes; nothing if unknown. May be
  /// empty: then only what the image says of itself counts.
  std::function<std::optional<Timestamp>(const Distribution&)> find_support_end{};
  Timestamp now{};
};

/// What annotations, else labels, say is the base.
AuditBase claimed_base(const Image& image);

}  // namespace lade::sbom
