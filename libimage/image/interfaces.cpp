#include "libimage/image/interfaces.h"

#include <algorithm>
#include <array>

#include "libimage/base/error.h"

namespace lade {

std::unique_ptr<Source> ImageSource::open_blob_at(const Descriptor& descriptor,
                                                  std::uint64_t first_byte) {
  auto blob = open_blob(descriptor);
  std::array<std::byte, 65536> buffer;
  while (first_byte > 0) {
    const auto some = std::span(buffer).first(std::min<std::uint64_t>(first_byte, buffer.size()));
    const std::size_t count = blob->read(some);
    if (count == 0) break;
    first_byte -= count;
  }
  return blob;
}

void ImageDestination::put_referrer(const RawManifest& manifest, const std::string& /*tag*/) {
  fail(ErrorKind::unsupported, "{} cannot hold {}, which is about another manifest", name(),
       manifest.digest.str());
}

void ImageDestination::commit_referrers() {
  fail(ErrorKind::unsupported,
       "nothing can be attached to {} in place: copy it to a directory, layout or registry first",
       name());
}

void ImageDestination::put_signatures(const Digest& manifest,
                                      const std::vector<std::string>& /*signatures*/) {
  fail(ErrorKind::unsupported, "{} cannot hold files of signatures of {}", name(), manifest.str());
}

}  // namespace lade
