#include "cmd/audited_image.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"
#include "libimage/oci/reference.h"
#include "sbom/audit/audit_files.h"
#include "sbom/vuln/lifecycle.h"
#include "signing/attest/predicate_types.h"
#include "signing/image/attached_statement.h"

namespace lade::cmd {
namespace {

using Kind = sbom::AuditAttachment::Kind;
using Standing = sbom::AuditAttachment::Standing;

/// Whatever else goes wrong with what is beside the image is a fact about it.
void require_going_on(const Error& error) {
  if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::internal) throw;
}

Kind kind_of(std::string_view type) {
  const std::string word = signing::predicate_word(type);
  if (type == signing::sign_predicate_type) return Kind::signature;
  if (word.starts_with("slsaprovenance")) return Kind::provenance;
  if (word.starts_with("spdx") || word.starts_with("cyclonedx") ||
      type.find("spdx") != std::string_view::npos ||
      type.find("cyclonedx") != std::string_view::npos ||
      type.find("syft") != std::string_view::npos) {
    return Kind::sbom;
  }
  if (word == "vuln" || type.find("/vulns/") != std::string_view::npos) {
    return Kind::vulnerabilities;
  }
  return Kind::other;
}

std::optional<Timestamp> time_at(const Json& json, std::initializer_list<const char*> names) {
  const Json* at = &json;
  for (const char* name : names) {
    if (!at->is_object() || !at->contains(name)) return std::nullopt;
    at = &at->at(name);
  }
  return at->is_string() ? parse_rfc3339(at->get<std::string>()) : std::nullopt;
}

/// When a statement was made, as it says.
std::optional<Timestamp> time_of(const Json& predicate) {
  const std::initializer_list<const char*> places[] = {{"creationInfo", "created"},
                                                       {"metadata", "timestamp"},
                                                       {"metadata", "scanFinishedOn"},
                                                       {"runDetails", "metadata", "finishedOn"},
                                                       {"timestamp"}};
  for (const auto& place : places) {
    if (const auto time = time_at(predicate, place)) return time;
  }
  return std::nullopt;
}

class AttachmentReader {
 public:
  AttachmentReader(ImageSource& source, const Image& image) : source_(source), image_(image) {}

  sbom::AuditAttachments read(const std::optional<signing::ImageVerifyOptions>& verification) {
    const Digest& subject = image_.raw.digest;
    for (const auto& one : signing::read_statements(source_, subject, image_.index, all_.misfits)) {
      all_.found.push_back(
          {.kind = kind_of(one.statement.predicate_type),
           .place = one.place,
           .type = one.statement.predicate_type,
           .time = time_of(one.statement.predicate),
           .standing = one.is_signed ? Standing::not_checked : Standing::not_signed});
    }
    for (const auto& one : signing::read_signatures(source_, subject)) {
      sbom::AuditAttachment& attachment = find_or_add(one);
      if (!verification) continue;
      const auto checked = signing::check_signature(one, subject, *verification);
      attachment.standing = checked.is_trusted() ? Standing::verified : Standing::refused;
      attachment.reason = checked.reason;
    }
    add_documents();
    return std::move(all_);
  }

 private:
  bool is_told(const std::string& place) const {
    return std::any_of(all_.found.begin(), all_.found.end(),
                       [&](const auto& one) { return one.place == place; });
  }

  sbom::AuditAttachment& find_or_add(const signing::AttachedSignature& signature) {
    for (auto& one : all_.found) {
      if (one.place == signature.place) return one;
    }
    const bool is_statement = signature.is_attestation();
    all_.found.push_back(
        {.kind = is_statement ? kind_of(signature.predicate_type) : Kind::signature,
         .place = signature.place,
         .type = is_statement ? signature.predicate_type
                              : std::string(to_string(signature.form)) + " signature"});
    if (!signature.problem.empty()) {
      all_.misfits.push_back(fmt::format("{}: {}", signature.place, signature.problem));
    }
    return all_.found.back();
  }

  /// SBOMs and reports that are no statements.
  void add_documents() {
    for (const Referrer& referrer : source_.referrers(image_.raw.digest)) {
      const std::string place = referrer.descriptor.digest.str();
      const std::string& type = referrer.descriptor.artifact_type;
      const Kind kind = referrer.tag.ends_with(".sbom") ? Kind::sbom : kind_of(type);
      if (kind != Kind::sbom || is_told(place)) continue;
      sbom::AuditAttachment found{
          .kind = kind, .place = place, .type = type, .standing = Standing::not_signed};
      const auto& annotations = referrer.descriptor.annotations;
      const auto created = annotations.find("org.opencontainers.image.created");
      if (created != annotations.end()) found.time = parse_rfc3339(created->second);
      all_.found.push_back(std::move(found));
    }
  }

  ImageSource& source_;
  const Image& image_;
  sbom::AuditAttachments all_;
};

std::optional<Timestamp> last_day_of(const sbom::Distribution& distribution) {
  const auto lifecycle = sbom::find_end_of_life(distribution);
  return lifecycle ? parse_rfc3339(lifecycle->last_day() + "T00:00:00Z") : std::nullopt;
}

/// The configuration of the base, from the store or where the image itself is.
void find_base(Session& session, const ImageSource& source, const Image& image,
               sbom::AuditBase& base) {
  const auto digest = Digest::try_parse(base.digest);
  if (!digest) {
    base.problem = base.digest.empty() ? "the image does not say the digest of its base"
                                       : "what the image says is no digest of a base";
    return;
  }
  const auto reference = Reference::try_parse(base.name);
  std::vector<std::string> places = {"store:" + digest->str()};
  if (reference) places.push_back("store:" + reference->with_digest(*digest).exact().str());
  if (reference && parse_image_name(source.name()).transport == "docker") {
    places.push_back("docker://" + reference->with_digest(*digest).exact().str());
  }
  for (const std::string& place : places) {
    try {
      const auto opened = session.open_image(place);
      if (opened->manifest().digest != *digest) continue;
      const Image found = read_image(*opened, image.config.platform);
      base.config = found.config;
      base.annotations = found.manifest.annotations;
      return;
    } catch (const Error& error) {
      require_going_on(error);
    }
  }
  base.problem = "the base is not within reach: " + base.name;
}

}  // namespace

AuditedImage::AuditedImage(Session& session, const std::string& name, const Platform& platform,
                           const sbom::AuditProfile& profile,
                           const std::optional<signing::ImageVerifyOptions>& verification)
    : source_(session.open_image(name)), image_(read_image(*source_, platform)) {
  if (profile.needs(sbom::AuditInput::files)) {
    const sbom::Dispatch dispatch({sbom::make_audit_cataloger()});
    layers_.emplace(session, name, platform, nullptr, &dispatch);
    if (layers_->image().raw.digest != image_.raw.digest) {
      fail(ErrorKind::conflict, "{} became another image meanwhile", source_->name());
    }
    subject_.files = sbom::audit_files(layers_->tree(), layers_->finds());
  }
  subject_.name = source_->name();
  subject_.image = &image_;
  subject_.now = session.now();
  subject_.find_support_end = last_day_of;
  subject_.base = sbom::claimed_base(image_);
  if (profile.needs(sbom::AuditInput::base)) find_base(session, *source_, image_, subject_.base);
  if (!profile.needs(sbom::AuditInput::attachments)) return;
  try {
    subject_.attachments = AttachmentReader(*source_, image_).read(verification);
  } catch (const Error& error) {
    require_going_on(error);
    subject_.attachments_problem = error.message();
  }
}

}  // namespace lade::cmd
