#include "sbom/catalog/find.h"

#include <algorithm>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/model/coder.h"

// docs/formats.md, "finds": a header, then the records as sbom/model/coder.h has them.
namespace lade::sbom {

constexpr PackageType last_of(PackageType) { return PackageType::generic; }
constexpr LicenseEvidence last_of(LicenseEvidence) { return LicenseEvidence::text; }

template <class Coder, FieldsOf<LicenseClaim> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.expression);
  coder.field(value.written);
  coder.field(value.evidence);
  coder.field(value.path);
}

template <class Coder, FieldsOf<PackageHash> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.algorithm);
  coder.field(value.hex);
}

template <class Coder, FieldsOf<Package> V>
void code_fields(Coder& coder, V& value) {
  for (auto* text : {&value.name_space, &value.name, &value.version, &value.architecture,
                     &value.source_name, &value.source_version, &value.supplier, &value.homepage,
                     &value.download, &value.description, &value.cataloger, &value.file_name}) {
    coder.field(*text);
  }
  coder.field(value.type);
  coder.field(value.installed_bytes);
  coder.field(value.declared_only);
  for (auto* fact : {&value.is_executable, &value.is_archive, &value.is_structured,
                     &value.knows_all_dependencies}) {
    coder.field(*fact);
  }
  coder.field(value.licenses);
  coder.field(value.hashes);
  coder.field(value.qualifiers);
  for (auto* list : {&value.cpes, &value.depends, &value.provides, &value.remarks}) {
    coder.field(*list);
  }
}

template <class Coder, FieldsOf<FoundPackage> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.package);
  coder.field(value.inner);
  coder.field(value.parent);
}

template <class Coder, FieldsOf<Find> V>
void code_fields(Coder& coder, V& value) {
  for (auto* text :
       {&value.cataloger, &value.path, &value.owned_paths, &value.note, &value.problem}) {
    coder.field(*text);
  }
  coder.field(value.packages);
  coder.field(value.licenses);
}

namespace {

constexpr std::string_view finds_magic = "LADEFIND";
constexpr std::uint32_t finds_version = 2;
constexpr std::size_t finds_header_bytes = 8 + 4 + 8;  // magic, version, checksum of the rest
constexpr std::string_view finds_what = "the finds of a layer";

/// A parent stands in the list, and before what it holds.
void require_parents(const Find& find) {
  for (std::size_t i = 0; i < find.packages.size(); ++i) {
    if (find.packages[i].parent >= static_cast<std::int64_t>(i)) {
      fail(ErrorKind::corrupt, "the finds of a layer are damaged: {} holds itself", find.path);
    }
  }
}

}  // namespace

std::pair<std::size_t, std::size_t> LayerFinds::at(std::string_view path) const {
  const auto first = std::lower_bound(
      finds.begin(), finds.end(), path,
      [](const Find& find, std::string_view wanted) { return path_less(find.path, wanted); });
  auto last = first;
  while (last != finds.end() && last->path == path) ++last;
  return {static_cast<std::size_t>(first - finds.begin()),
          static_cast<std::size_t>(last - finds.begin())};
}

std::string encode_finds(const LayerFinds& finds) {
  Encoder encoder;
  encoder.field(finds.finds);
  std::string bytes(finds_header_bytes, '\0');
  finds_magic.copy(bytes.data(), finds_magic.size());
  store_le(bytes.data() + 8, finds_version);
  store_le(bytes.data() + 12, xxh64(as_bytes(encoder.bytes())));
  return bytes + encoder.bytes();
}

LayerFinds decode_finds(std::string_view bytes) {
  if (bytes.size() < finds_header_bytes || !bytes.starts_with(finds_magic)) {
    fail(ErrorKind::corrupt, "the finds of a layer are damaged: no header");
  }
  const auto version = load_le<std::uint32_t>(bytes.data() + 8);
  if (version != finds_version) {
    fail(ErrorKind::unsupported, "the finds of a layer have version {}, this is for {}", version,
         finds_version);
  }
  const std::string_view body = bytes.substr(finds_header_bytes);
  if (xxh64(as_bytes(body)) != load_le<std::uint64_t>(bytes.data() + 12)) {
    fail(ErrorKind::corrupt, "the finds of a layer are damaged: their checksum differs");
  }
  LayerFinds finds;
  Decoder decoder(body, finds_what);
  decoder.field(finds.finds);
  decoder.require_end();
  for (const Find& find : finds.finds) require_parents(find);
  return finds;
}

}  // namespace lade::sbom
