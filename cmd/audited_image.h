#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cmd/image_layers.h"
#include "cmd/session.h"
#include "sbom/audit/audit_profile.h"
#include "sbom/audit/audit_subject.h"
#include "signing/image/verify_image.h"

namespace lade::cmd {

/// What an audit of an image by a profile needs to know, fetched and no more: manifest and
/// configuration always; layers (once, then their notes answer), the base and what is attached only
/// if a check asks for them.
class AuditedImage {
 public:
  /// `verification`: whom to trust of signatures; nothing: they are not checked.
  AuditedImage(Session& session, const std::string& name, const Platform& platform,
               const sbom::AuditProfile& profile,
               const std::optional<signing::ImageVerifyOptions>& verification);

  /// Lives as long as this.
  const sbom::AuditSubject& subject() const { return subject_; }

 private:
  std::unique_ptr<ImageSource> source_;
  Image image_;
  std::optional<ImageLayers> layers_;
  sbom::AuditSubject subject_;
};

}  // namespace lade::cmd
