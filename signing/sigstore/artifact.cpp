#include "signing/sigstore/artifact.h"

#include <openssl/evp.h>

#include <array>

#include "libimage/base/fd.h"
#include "libimage/base/text.h"
#include "signing/keys/openssl.h"

namespace lade::signing {
namespace {

constexpr std::size_t piece_bytes = std::size_t{1} << 17;

/// A hash that grows, of the three that signatures use.
class Growing {
 public:
  explicit Growing(MessageHash hash) : context_(EVP_MD_CTX_new()) {
    const EVP_MD* algorithm = hash == MessageHash::sha256   ? EVP_sha256()
                              : hash == MessageHash::sha384 ? EVP_sha384()
                                                            : EVP_sha512();
    if (!context_ || EVP_DigestInit_ex(context_.get(), algorithm, nullptr) != 1) {
      fail(ErrorKind::internal, "OpenSSL cannot hash: {}", take_openssl_reasons());
    }
  }

  void update(std::string_view bytes) {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) {
      fail(ErrorKind::internal, "OpenSSL cannot hash: {}", take_openssl_reasons());
    }
  }

  std::string finish() {
    std::string bytes(EVP_MAX_MD_SIZE, '\0');
    unsigned size = 0;
    if (EVP_DigestFinal_ex(context_.get(), octets(bytes), &size) != 1) {
      fail(ErrorKind::internal, "OpenSSL cannot hash: {}", take_openssl_reasons());
    }
    bytes.resize(size);
    return bytes;
  }

 private:
  EvpDigestContext context_;
};

}  // namespace

Artifact Artifact::of_bytes(std::string bytes) {
  Artifact artifact;
  artifact.bytes_ = std::move(bytes);
  return artifact;
}

Artifact Artifact::of_digest(const Digest& digest) {
  Artifact artifact;
  artifact.hashes_[digest.algorithm() == HashAlgorithm::sha256 ? MessageHash::sha256
                                                               : MessageHash::sha512] =
      as_text(digest.hash());
  return artifact;
}

Artifact Artifact::read(int number, const std::string& name, const ArtifactNeeds& needs) {
  std::map<MessageHash, Growing> growing;
  for (const MessageHash hash : needs.hashes) growing.try_emplace(hash, hash);
  Artifact artifact;
  if (needs.bytes) artifact.bytes_.emplace();
  std::vector<std::byte> piece(piece_bytes);
  while (const std::size_t size = read_some(number, piece)) {
    const std::string_view bytes = as_text(std::span(piece).first(size));
    for (auto& [hash, grows] : growing) grows.update(bytes);
    if (!artifact.bytes_) continue;
    if (artifact.bytes_->size() + size > bytes_limit) {
      fail(ErrorKind::invalid,
           "{} has more than {}; an Ed25519 signature is over bytes, and so many are not kept",
           name, human_size(bytes_limit));
    }
    artifact.bytes_->append(bytes);
  }
  for (auto& [hash, grows] : growing) artifact.hashes_[hash] = grows.finish();
  return artifact;
}

std::optional<std::string> Artifact::hash(MessageHash hash) const {
  if (const auto known = hashes_.find(hash); known != hashes_.end()) return known->second;
  if (bytes_) return hash_bytes(hash, *bytes_);
  return std::nullopt;
}

std::vector<Digest> Artifact::digests() const {
  std::vector<Digest> digests;
  if (const auto sha256 = hash(MessageHash::sha256)) {
    digests.push_back(Digest::of_hash(HashAlgorithm::sha256, as_bytes(*sha256)));
  }
  if (const auto sha512 = hash(MessageHash::sha512)) {
    digests.push_back(Digest::of_hash(HashAlgorithm::sha512, as_bytes(*sha512)));
  }
  return digests;
}

std::string Artifact::str() const {
  const std::vector<Digest> known = digests();
  return known.empty() ? "the artifact" : known.front().str();
}

}  // namespace lade::signing
