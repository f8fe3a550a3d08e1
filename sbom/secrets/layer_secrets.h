#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/model/inventory.h"

namespace lade::sbom {

/// A secret in a text, told without telling it.
struct FoundSecret {
  std::string rule{};  ///< its id
  std::uint64_t offset = 0;
  std::uint64_t line = 0;    ///< from 1; 0 in a binary file
  std::uint64_t column = 0;  ///< in bytes, from 1; 0 in a binary file
  std::uint32_t size_bytes = 0;
  /// At most its first four and last two characters, and no more than a quarter of it.
  std::string excerpt{};
  std::string fingerprint{};  ///< 16 hex digits (`secret_fingerprint`)
  /// The rules' allowances whose pattern matches it, counting those with a pattern.
  std::vector<std::uint32_t> allowances{};

  bool operator==(const FoundSecret&) const = default;
};

/// What is in one file of a layer.
struct FileSecrets {
  std::string path{};  ///< normalised
  /// The archive has a later member of this name, so not even this layer alone shows the file.
  bool replaced = false;
  std::vector<FoundSecret> secrets{};  ///< in their order

  bool operator==(const FileSecrets&) const = default;
};

/// What is in the files of one layer, without any of the secrets: it may be kept anywhere.
struct LayerSecrets {
  std::vector<FileSecrets> files{};  ///< in the order of the archive; only those with secrets
  std::vector<Remark> remarks{};     ///< what was not searched to its end

  bool operator==(const LayerSecrets&) const = default;
};

/// The versioned form that is kept: a header, the fields in order, a checksum. `decode` throws
/// `corrupt` for damaged bytes and `unsupported` for another version; it never trusts a length.
std::string encode_secrets(const LayerSecrets& secrets);
LayerSecrets decode_secrets(std::string_view bytes);

}  // namespace lade::sbom
