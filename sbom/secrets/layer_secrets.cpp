#include "sbom/secrets/layer_secrets.h"

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"
#include "sbom/model/coder.h"

// docs/formats.md, "secrets of a layer": a header, then the records as sbom/model/coder.h has them.
namespace lade::sbom {

template <class Coder, FieldsOf<FoundSecret> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.rule);
  coder.field(value.offset);
  coder.field(value.line);
  coder.field(value.column);
  coder.field(value.size_bytes);
  coder.field(value.excerpt);
  coder.field(value.fingerprint);
  coder.field(value.allowances);
}

template <class Coder, FieldsOf<FileSecrets> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.path);
  coder.field(value.replaced);
  coder.field(value.secrets);
}

template <class Coder, FieldsOf<Remark> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.path);
  coder.field(value.message);
}

namespace {

constexpr std::string_view secrets_magic = "LADESECR";
constexpr std::uint32_t secrets_version = 1;
constexpr std::size_t secrets_header_bytes = 8 + 4 + 8;  // magic, version, checksum of the rest
constexpr std::string_view secrets_what = "the secrets of a layer";

}  // namespace

std::string encode_secrets(const LayerSecrets& secrets) {
  Encoder encoder;
  encoder.field(secrets.files);
  encoder.field(secrets.remarks);
  std::string bytes(secrets_header_bytes, '\0');
  secrets_magic.copy(bytes.data(), secrets_magic.size());
  store_le(bytes.data() + 8, secrets_version);
  store_le(bytes.data() + 12, xxh64(as_bytes(encoder.bytes())));
  return bytes + encoder.bytes();
}

LayerSecrets decode_secrets(std::string_view bytes) {
  if (bytes.size() < secrets_header_bytes || !bytes.starts_with(secrets_magic)) {
    fail(ErrorKind::corrupt, "{} are damaged: no header", secrets_what);
  }
  const auto version = load_le<std::uint32_t>(bytes.data() + 8);
  if (version != secrets_version) {
    fail(ErrorKind::unsupported, "{} have version {}, this is for {}", secrets_what, version,
         secrets_version);
  }
  Decoder decoder(bytes.substr(secrets_header_bytes), secrets_what);
  if (xxh64(as_bytes(bytes.substr(secrets_header_bytes))) !=
      load_le<std::uint64_t>(bytes.data() + 12)) {
    decoder.damaged("their checksum differs");
  }
  LayerSecrets secrets;
  decoder.field(secrets.files);
  decoder.field(secrets.remarks);
  decoder.require_end();
  return secrets;
}

}  // namespace lade::sbom
