#pragma once

#include "cmd/session.h"
#include "signing/policy/decide.h"

namespace lade::cmd {

/// What a policy knows an image by. Paths lose their symlinks, as scopes have none.
signing::PolicySubject policy_subject(const Session& session, const ImageName& name);

/// What lies beside an image's manifest: files of `dir:`, what cosign's tag names, and for
/// docker:// the signature storage of registries.d. What is not there is no error.
std::vector<signing::ImageSignature> find_image_signatures(Session& session, const ImageName& name,
                                                           ImageSource& source,
                                                           const Digest& manifest);

/// The file that policy is read from: what was given, else the first that is there of
/// CONTAINERS_POLICY_CONF, the user's, /etc's and /usr/share's; `not_found` names all of them.
std::string policy_file(const Session& session, const std::string& given);

}  // namespace lade::cmd
