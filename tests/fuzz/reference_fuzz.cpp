// What users and files write for images, platforms and digests: a value that was read is read the
// same from its own text.
#include <cstdint>
#include <cstdlib>

#include "libimage/base/error.h"
#include "libimage/oci/platform.h"
#include "libimage/oci/reference.h"

namespace {

using namespace lade;

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Read>
void only_errors(Read read) {
  try {
    read();
  } catch (const Error& error) {
    require(error.kind() != ErrorKind::internal);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto reference = Reference::try_parse(text)) {
    require(Reference::parse(reference->str()) == *reference);
    require(Reference::parse(reference->familiar()) == *reference);
  }
  only_errors([&] {
    const Reference local = Reference::parse_local(text);
    require(Reference::parse(local.str()) == local);
  });
  only_errors([&] { require(Digest::parse(text).str() == text); });
  only_errors([&] {
    const Platform platform = Platform::parse(text);
    require(normalize(platform) == platform);
    require(match_score(platform, platform) > 0);
    require(Platform::parse(platform.str()).str() == platform.str());
  });
  return 0;
}
