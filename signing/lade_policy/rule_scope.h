#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libimage/oci/reference.h"
#include "signing/policy/scope.h"

namespace lade::signing {

/// Why a text is no scope of policy.toml, in words; nothing if it is one: HOST, HOST/NAMESPACE,
/// HOST/REPOSITORY, with :TAG or @DIGEST for one image or :* for what is in it and not below,
/// *.HOST, or TRANSPORT:/PATH for images in files (dir, oci, oci-archive).
std::optional<std::string> rule_scope_objection(std::string_view scope);

/// The scopes that an image belongs to, the most exact first: those of its name, whichever
/// transport it is of, else those of its path. Its registry goes by one name, however it is
/// spelled: "REGISTRY-1.docker.io:443" is "docker.io".
std::vector<std::string> rule_scopes_of(const PolicySubject& subject);
/// The same of a name and, if it is known, the digest that it stands for.
std::vector<std::string> rule_scopes_of(const Reference& name, const std::optional<Digest>& digest);

}  // namespace lade::signing
