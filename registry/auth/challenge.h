#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lade::registry {

/// How a server wants to be asked: one challenge of a WWW-Authenticate header.
struct Challenge {
  std::string scheme;   ///< lower case: "basic", "bearer", or any other
  std::string token68;  ///< if the scheme has one in place of parameters
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in lower case

  std::optional<std::string> find(std::string_view name) const;
};

/// All challenges of a response, in order; one element per header of that name, each of which may
/// hold several (RFC 9110, sections 11.2 to 11.6.1). Values that lack their quotes are taken up to
/// the next comma or blank. Throws `corrupt` for what cannot be read, a parameter that occurs twice
/// in a challenge, and more than anybody sends.
std::vector<Challenge> parse_challenges(std::span<const std::string> headers);

}  // namespace lade::registry
