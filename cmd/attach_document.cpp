#include "cmd/attach_document.h"

#include <algorithm>
#include <utility>

#include "cmd/attach_target.h"
#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/image/attach.h"
#include "signing/image/sign_image.h"

namespace lade::cmd {
namespace {

Descriptor find_subject(const AttachTarget& target, const Digest& subject) {
  const auto found =
      std::find_if(target.subjects.begin(), target.subjects.end(),
                   [&](const Descriptor& candidate) { return candidate.digest == subject; });
  if (found == target.subjects.end()) {
    fail(ErrorKind::not_found,
         "{} no longer stands for {}, which was looked into: it was changed meanwhile", target.name,
         subject.str());
  }
  return *found;
}

signing::Statement statement_of(const AttachableDocument& document, const AttachTarget& target,
                                const Descriptor& subject) {
  if (document.predicate_type.empty()) {
    fail(ErrorKind::invalid,
         "a document of the type {} cannot be signed: there is no such predicate",
         document.media_type);
  }
  return {.subjects = {signing::subject_of(target.docker_reference, subject.digest)},
          .predicate_type = document.predicate_type,
          .predicate = parse_json(document.bytes, "the document")};
}

}  // namespace

std::vector<Digest> attach_documents(Session& session, const std::string& image,
                                     const Digest& subject,
                                     const std::vector<AttachableDocument>& documents,
                                     const AttachSigner& signer) {
  const bool is_signed = !signer.key.is_silent() || !signer.services.is_silent();
  SignerPlan plan;
  if (is_signed) plan = plan_signer(session, signer.key, signer.services);
  const Timestamp now = session.source_date_epoch().value_or(session.now());
  const AttachTarget target = open_attach_target(session, image, true);
  const Descriptor about = find_subject(target, subject);
  OpenedSigner opened;
  if (is_signed) opened = open_signer(session, std::move(plan));
  std::vector<AttachedManifest> manifests;
  for (const AttachableDocument& document : documents) {
    manifests.push_back(is_signed ? sign_statement(statement_of(document, target, about), about,
                                                   *opened.signer, now, opened.vouchers)
                                  : author_attached({.artifact_type = document.media_type,
                                                     .media_type = document.media_type,
                                                     .bytes = document.bytes},
                                                    about));
  }
  attach(*target.destination, manifests);
  std::vector<Digest> attached;
  for (const AttachedManifest& manifest : manifests) attached.push_back(manifest.manifest.digest);
  return attached;
}

}  // namespace lade::cmd
