#include "sbom/binary/rust_dep_info.h"

#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/json.h"

namespace lade::sbom {
namespace {

constexpr std::string_view dep_section = "section .dep-v0";
/// cargo-auditable's own reader allows 8 MiB; the largest programs there are need a tenth of this.
constexpr std::size_t dep_json_limit = std::size_t{4} << 20U;
constexpr std::size_t crate_limit = 65536;
constexpr std::size_t crate_text_limit = 256;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* decompressor) const {
    libdeflate_free_decompressor(decompressor);
  }
};

std::string inflate_zlib(std::span<const std::byte> packed) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> decompressor(
      libdeflate_alloc_decompressor());
  if (!decompressor) fail(ErrorKind::io, "{}: no memory to unpack it", dep_section);
  constexpr std::size_t usual_ratio = 8;
  std::string text;
  for (std::size_t room = std::min(packed.size() * usual_ratio + 256, dep_json_limit);;
       room = std::min(room * 4, dep_json_limit)) {
    text.resize(room);
    std::size_t length = 0;
    // a section may be padded, so what stands behind the stream does not matter
    const libdeflate_result result =
        libdeflate_zlib_decompress_ex(decompressor.get(), packed.data(), packed.size(), text.data(),
                                      text.size(), nullptr, &length);
    if (result == LIBDEFLATE_SUCCESS) {
      text.resize(length);
      return text;
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) {
      fail(ErrorKind::corrupt, "{}: {} bytes are no zlib stream", dep_section, packed.size());
    }
    if (room == dep_json_limit) {
      fail(ErrorKind::corrupt, "{}: unpacks to more than {} bytes", dep_section, dep_json_limit);
    }
  }
}

RustCrate crate_of(const Json& object, std::size_t count) {
  RustCrate crate{.name = get_string(object, "name", dep_section),
                  .version = get_string(object, "version", dep_section),
                  .source = find_string(object, "source", dep_section).value_or("crates.io"),
                  .for_build = find_string(object, "kind", dep_section) == "build",
                  .root = find_bool(object, "root", dep_section).value_or(false)};
  if (crate.name.empty() || crate.name.size() > crate_text_limit ||
      crate.version.size() > crate_text_limit || crate.source.size() > crate_text_limit) {
    fail(ErrorKind::invalid, "{}: a package has no name, or more than {} bytes of text",
         dep_section, crate_text_limit);
  }
  const Json* dependencies = find_array(object, "dependencies", dep_section);
  if (dependencies == nullptr) return crate;
  for (const Json& index : *dependencies) {
    if (!index.is_number_unsigned() || index.get<std::uint64_t>() >= count) {
      fail(ErrorKind::invalid, "{}: dependency {} of {} is none of its {} packages", dep_section,
           index.dump(), crate.name, count);
    }
    crate.dependencies.push_back(index.get<std::size_t>());
  }
  return crate;
}

}  // namespace

std::vector<RustCrate> parse_rust_dep_json(std::string_view text) {
  const Json document = parse_json(text, dep_section);
  const Json* packages = find_array(document, "packages", dep_section);
  if (packages == nullptr) fail(ErrorKind::invalid, "{}: has no packages", dep_section);
  if (packages->size() > crate_limit) {
    fail(ErrorKind::invalid, "{}: {} packages, more than {}", dep_section, packages->size(),
         crate_limit);
  }
  std::vector<RustCrate> crates;
  crates.reserve(packages->size());
  for (const Json& object : *packages) crates.push_back(crate_of(object, packages->size()));
  return crates;
}

std::vector<RustCrate> parse_rust_dep_info(std::span<const std::byte> section) {
  return parse_rust_dep_json(inflate_zlib(section));
}

}  // namespace lade::sbom
