#pragma once

#include <string>
#include <string_view>

namespace lade::sbom {

/// Somebody who makes or supplies software: "A. Name <a@example.org>" in its parts.
struct Party {
  std::string name{};
  std::string email{};
  std::string url{};

  bool operator==(const Party&) const = default;
};

/// What stands in "<…>" is the address or the URL if it has the form of one, else all is the name.
/// A bare address is a name as well.
Party parse_party(std::string_view text);
/// "Name <address>"; the inverse of parse_party as far as it goes.
std::string to_string(const Party& party);

/// As SPDX 2 says it: "Person: A. Name (a@example.org)", or "Organization: …" where there is no
/// address or the name is one of a group.
std::string to_spdx_actor(std::string_view party);
/// And back; empty for NOASSERTION.
std::string from_spdx_actor(std::string_view actor);
/// Whether `to_spdx_actor` calls it an organization.
bool is_organization(const Party& party);

}  // namespace lade::sbom
