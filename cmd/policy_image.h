#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/session.h"
#include "signing/policy/decide.h"

namespace lade::cmd {

/// What a policy knows an image by. Paths lose their symlinks, as scopes have none. `as`: a name on
/// a registry that it is judged by instead, unless that is empty.
signing::PolicySubject policy_subject(const Session& session, const ImageName& name,
                                      const std::string& as = {});

/// What lies beside an image's manifest: files of `dir:` or of the signature storage that
/// registries.d has for a registry, and what cosign's tag names. What is not there is no error.
std::vector<signing::ImageSignature> find_image_signatures(ImageSource& source,
                                                           const Digest& manifest);

/// The file that policy is read from: what --policy names, else CONTAINERS_POLICY_CONF, else the
/// first that is there of the user's, /etc's and /usr/share's; nothing if none is.
std::optional<std::string> find_policy_file(Session& session);
/// The same; `not_found` names all places.
std::string policy_file(Session& session);

}  // namespace lade::cmd
