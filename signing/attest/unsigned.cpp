#include "signing/attest/unsigned.h"

#include "signing/attest/dsse.h"

namespace lade::signing {

AttachedManifest author_unsigned(const Statement& statement, const Descriptor& subject) {
  const std::string type(Envelope::in_toto_type);
  const Annotations about = {{std::string(predicate_type_key), statement.predicate_type}};
  return author_attached({.artifact_type = type,
                          .media_type = type,
                          .bytes = to_bytes(statement),
                          .annotations = about,
                          .layer_annotations = about},
                         subject);
}

}  // namespace lade::signing
