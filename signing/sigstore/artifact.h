#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "libimage/oci/digest.h"
#include "signing/keys/public_key.h"

namespace lade::signing {

/// What has to be known of an artifact to check a signature of it.
struct ArtifactNeeds {
  std::set<MessageHash> hashes{MessageHash::sha256};
  bool bytes = false;  ///< Ed25519 signs these, and no hash of them
};

/// What was signed, or what a statement is about: as much of it as is known.
class Artifact {
 public:
  /// What is kept in memory at most, where bytes are needed.
  static constexpr std::size_t bytes_limit = std::size_t{256} << 20;

  static Artifact of_bytes(std::string bytes);
  static Artifact of_digest(const Digest& digest);
  /// Everything that descriptor `number` still gives, hashed as it comes. `invalid` if bytes are
  /// needed and these are more than `bytes_limit`; `name` is for the message.
  static Artifact read(int number, const std::string& name, const ArtifactNeeds& needs);

  /// Raw; nothing where only another hash is known.
  std::optional<std::string> hash(MessageHash hash) const;
  const std::optional<std::string>& bytes() const { return bytes_; }
  /// The hashes that are known, as digests; what statements name artifacts by.
  std::vector<Digest> digests() const;
  /// A digest, for messages.
  std::string str() const;

 private:
  std::map<MessageHash, std::string> hashes_;
  std::optional<std::string> bytes_;
};

}  // namespace lade::signing
