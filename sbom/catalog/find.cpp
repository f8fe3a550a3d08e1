#include "sbom/catalog/find.h"

#include <algorithm>
#include <type_traits>

#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/little_endian.h"
#include "libimage/layer/xxh64.h"

// docs/formats.md, "finds". Each kind of value is listed once, field by field, for writing and
// reading alike: an Encoder appends what it is shown, a Decoder fills it in. A number is little
// endian base 128 (seven bits a byte, the lowest first), a text its length and bytes, a list its
// length and members. Reading never reserves more than what is left could hold.
namespace lade::sbom {
namespace {

constexpr std::string_view finds_magic = "LADEFIND";
constexpr std::uint32_t finds_version = 1;
constexpr std::size_t finds_header_bytes = 8 + 4 + 8;  // magic, version, checksum of the rest

class Encoder {
 public:
  void number(std::uint64_t value) {
    while (value >= 0x80) {
      out_ += static_cast<char>(value | 0x80);
      value >>= 7;
    }
    out_ += static_cast<char>(value);
  }
  template <class T>
  void field(const T& value);

  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view rest) : rest_(rest) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    fail(ErrorKind::corrupt, "the finds of a layer are damaged: a number has no end");
  }
  std::string_view take(std::uint64_t length_bytes) {
    if (length_bytes > rest_.size()) {
      fail(ErrorKind::corrupt, "the finds of a layer are damaged: {} bytes wanted, {} are left",
           length_bytes, rest_.size());
    }
    const std::string_view taken = rest_.substr(0, length_bytes);
    rest_.remove_prefix(length_bytes);
    return taken;
  }
  /// Of a list whose members have at least a byte each.
  std::size_t length() {
    const std::uint64_t count = number();
    if (count > rest_.size()) {
      fail(ErrorKind::corrupt, "the finds of a layer are damaged: a list of {} in {} bytes", count,
           rest_.size());
    }
    return count;
  }
  bool at_end() const { return rest_.empty(); }
  template <class T>
  void field(T& value);

 private:
  std::string_view rest_;
};

/// The fields of each kind of value, in order; `V` is a value, const for writing.
template <class Coder, class V>
void fields(Coder& coder, V& value) {
  using T = std::remove_const_t<V>;
  if constexpr (std::is_same_v<T, LicenseClaim>) {
    coder.field(value.expression);
    coder.field(value.written);
    coder.field(value.evidence);
    coder.field(value.path);
  } else if constexpr (std::is_same_v<T, PackageHash>) {
    coder.field(value.algorithm);
    coder.field(value.hex);
  } else if constexpr (std::is_same_v<T, Package>) {
    for (auto* text : {&value.name_space, &value.name, &value.version, &value.architecture,
                       &value.source_name, &value.source_version, &value.supplier, &value.homepage,
                       &value.download, &value.description, &value.cataloger}) {
      coder.field(*text);
    }
    coder.field(value.type);
    coder.field(value.installed_bytes);
    coder.field(value.declared_only);
    coder.field(value.licenses);
    coder.field(value.hashes);
    coder.field(value.qualifiers);
    for (auto* list : {&value.cpes, &value.depends, &value.provides, &value.remarks}) {
      coder.field(*list);
    }
  } else if constexpr (std::is_same_v<T, FoundPackage>) {
    coder.field(value.package);
    coder.field(value.inner);
    coder.field(value.parent);
  } else {
    static_assert(std::is_same_v<T, Find>);
    for (auto* text :
         {&value.cataloger, &value.path, &value.owned_paths, &value.note, &value.problem}) {
      coder.field(*text);
    }
    coder.field(value.packages);
    coder.field(value.licenses);
  }
}

template <class T>
constexpr bool is_list = false;
template <class T>
constexpr bool is_list<std::vector<T>> = true;
using Words = std::map<std::string, std::string>;

template <class T>
void Encoder::field(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    number(value.size());
    out_ += value;
  } else if constexpr (std::is_enum_v<T> || std::is_unsigned_v<T>) {
    number(static_cast<std::uint64_t>(value));
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    number(static_cast<std::uint64_t>(value + std::int64_t{1}));  // -1 is the least
  } else if constexpr (std::is_same_v<T, Words>) {
    number(value.size());
    for (const auto& [key, word] : value) {
      field(key);
      field(word);
    }
  } else if constexpr (is_list<T>) {
    number(value.size());
    for (const auto& member : value) field(member);
  } else {
    fields(*this, value);
  }
}

template <class T>
void Decoder::field(T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    value = take(number());
  } else if constexpr (std::is_same_v<T, PackageType>) {
    value = static_cast<T>(number());
    if (value > PackageType::generic) {
      fail(ErrorKind::corrupt, "the finds of a layer are damaged: no such type of package");
    }
  } else if constexpr (std::is_same_v<T, LicenseEvidence>) {
    value = static_cast<T>(number());
    if (value > LicenseEvidence::text) {
      fail(ErrorKind::corrupt, "the finds of a layer are damaged: no such evidence of a licence");
    }
  } else if constexpr (std::is_same_v<T, bool>) {
    value = number() != 0;
  } else if constexpr (std::is_unsigned_v<T>) {
    value = static_cast<T>(number());
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    value = static_cast<T>(static_cast<std::int64_t>(number() & 0x7FFFFFFFU) - 1);
  } else if constexpr (std::is_same_v<T, Words>) {
    for (std::size_t left = length(); left > 0; --left) {
      std::string key;
      field(key);
      field(value[key]);
    }
  } else if constexpr (is_list<T>) {
    for (std::size_t left = length(); left > 0; --left) field(value.emplace_back());
  } else {
    fields(*this, value);
  }
}

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
  Decoder decoder(body);
  decoder.field(finds.finds);
  if (!decoder.at_end()) fail(ErrorKind::corrupt, "the finds of a layer are damaged: bytes follow");
  for (const Find& find : finds.finds) require_parents(find);
  return finds;
}

}  // namespace lade::sbom
