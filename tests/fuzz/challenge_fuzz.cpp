// What registries, token servers and auth files say about credentials: read, or refused as what it
// is, and scopes that were read are read the same from their own text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "libimage/base/error.h"
#include "registry/auth/auth_file.h"
#include "registry/auth/challenge.h"
#include "registry/auth/scope.h"
#include "registry/auth/token.h"

namespace {

using namespace lade;
using namespace lade::registry;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Read>
void only_errors_of(ErrorKind kind, Read read) {
  try {
    read();
  } catch (const Error& error) {
    require(error.kind() == kind);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  only_errors_of(ErrorKind::corrupt, [&] {
    for (const Challenge& challenge : parse_challenges(std::vector{text})) {
      require(!challenge.scheme.empty());
      require(challenge.token68.empty() || challenge.parameters.empty());
    }
  });
  only_errors_of(ErrorKind::corrupt, [&] {
    const BearerToken token = parse_token_response(text, {});
    require(!token.token.empty() && token.expires.seconds >= 60);
  });
  only_errors_of(ErrorKind::invalid, [&] {
    for (const bool legacy : {false, true}) {
      const AuthFile file = AuthFile::parse(text, {"fuzz.json", legacy});
      file.find_helper("docker.io");
      file.default_helper();
      file.find_credentials("docker.io/library/x");
    }
  });
  const std::vector<Scope> scopes = merge_scopes(parse_scopes(text), {});
  for (const Scope& scope : scopes) require(parse_scopes(scope.str()) == std::vector{scope});
  return 0;
}
