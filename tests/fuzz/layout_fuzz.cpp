// The two documents of an OCI layout, index.json and oci-layout. Whatever the bytes: only
// lade::Error leaves the readers, every name that is listed chooses an image, and what was edited
// is read again with the edit in it.
#include <cstdint>

#include "libimage/transport/layout_index.h"
#include "tests/fuzz/defect.h"

namespace {

using namespace lade;

void choose_each(const LayoutIndex& index) {
  const Platform platform = Platform::parse("linux/amd64");
  const std::vector<std::string> names = index.names();
  require(names.size() == index.entries().size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    without_defect([&] { index.choose(parse_oci_path("p:" + names[i], "oci"), platform); });
    require(index.choose({.path = "p", .source_index = i}, platform) == i);
  }
  without_defect([&] { index.choose({.path = "p"}, platform); });
}

void edit(LayoutIndex index) {
  const Descriptor image{"application/vnd.oci.image.manifest.v1+json",
                         Digest::parse("sha256:" + std::string(64, 'a')), 7};
  index.add(image, "edited");
  const LayoutIndex again(index.serialize(), "again");
  require(again.entries().size() == index.entries().size());
  require(again.serialize() == index.serialize());
  const ImagePath wanted{.path = "p", .reference = "edited"};
  require(again.entries()[again.choose(wanted, Platform::parse("linux/amd64"))].digest ==
          image.digest);
  while (!index.entries().empty()) index.remove(index.entries().size() - 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  without_defect([&] { require_layout_version(bytes, "input"); });
  without_defect([&] {
    const LayoutIndex index(bytes, "input");
    choose_each(index);
    edit(index);
  });
  return 0;
}
