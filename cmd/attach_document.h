#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cmd/service_flags.h"
#include "cmd/session.h"
#include "libimage/oci/digest.h"

namespace lade::cmd {

/// What is attached to an image where it is: bytes of a media type, or, if somebody signs, a
/// statement with a predicate.
struct AttachableDocument {
  std::string media_type;
  std::string predicate_type;  ///< empty: it can only be attached as it is
  std::string bytes;           ///< JSON, if it has a predicate type
};

/// Who signs; nobody if both are silent.
struct AttachSigner {
  const KeyFlags& key;
  const ServiceFlags& services;
};

/// Attaches documents to the manifest `subject`, which is the image's own or, of an index, one of
/// those in it. Returns the digests of what was attached. `not_found` if the image has changed.
std::vector<Digest> attach_documents(Session& session, const std::string& image,
                                     const Digest& subject,
                                     const std::vector<AttachableDocument>& documents,
                                     const AttachSigner& signer);

}  // namespace lade::cmd
