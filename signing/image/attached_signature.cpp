#include "signing/image/attached_signature.h"

#include <algorithm>
#include <set>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/manifest.h"
#include "libimage/stream/digester.h"
#include "signing/attest/statement.h"

namespace lade::signing {
namespace {

/// More than anybody attaches to one image, less than what would fill a disk or an afternoon.
constexpr std::size_t signatures_limit = 4096;

/// And of bytes.
constexpr std::uint64_t signatures_limit_bytes = std::uint64_t{128} << 20;

std::string read_document(ImageSource& source, const Descriptor& blob, std::size_t limit_bytes) {
  if (blob.size_bytes > limit_bytes) {
    fail(ErrorKind::invalid, "it has {} bytes, more than {}", blob.size_bytes, limit_bytes);
  }
  VerifiedSource verified(source.open_blob(blob), blob, blob.digest.str());
  return read_all(verified, limit_bytes, blob.digest.str());
}

/// What kind of statement an envelope holds; a signature that is no statement has none.
std::string predicate_type_of(const SignedMaterial& material) {
  const Envelope* envelope = material.envelope();
  if (envelope == nullptr || envelope->payload_type != Envelope::in_toto_type) return {};
  const std::string type = parse_statement(envelope->payload, "the statement").predicate_type;
  return type == sign_predicate_type ? std::string() : type;
}

void read_into(AttachedSignature& found, const std::string& attestation_type,
               const std::function<void()>& read) {
  try {
    read();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::unavailable) throw;
    found.content = std::monostate();
    found.predicate_type = attestation_type;
    found.problem = error.message();
  }
}

AttachedSignature read_bundle(ImageSource& source, const Descriptor& referrer,
                              const Descriptor& layer) {
  constexpr std::string_view key = "dev.sigstore.bundle.predicateType";
  AttachedSignature found{.form = AttachedSignature::Form::bundle, .place = referrer.digest.str()};
  const auto said = referrer.annotations.find(std::string(key));
  const bool is_signature =
      said == referrer.annotations.end() || said->second == sign_predicate_type;
  read_into(found, is_signature ? std::string() : said->second, [&] {
    Bundle bundle =
        parse_bundle(read_document(source, layer, Bundle::size_limit_bytes), "the bundle");
    found.predicate_type = predicate_type_of(bundle.material);
    found.content = std::move(bundle);
  });
  return found;
}

AttachedSignature read_cosign(ImageSource& source, const std::string& place,
                              const Descriptor& layer) {
  AttachedSignature found{.form = AttachedSignature::Form::cosign, .place = place};
  const bool is_envelope = layer.media_type == CosignSignature::envelope_type;
  read_into(found, is_envelope ? "unknown" : "", [&] {
    CosignSignature signature = parse_cosign_signature(
        layer.media_type, read_document(source, layer, Bundle::size_limit_bytes),
        layer.annotations);
    found.predicate_type = predicate_type_of(signature.material);
    found.content = std::move(signature);
  });
  return found;
}

bool is_signature_layer(const Descriptor& layer) {
  return layer.media_type == CosignSignature::simple_signing_type ||
         layer.media_type == CosignSignature::envelope_type;
}

/// The layer of a signature's manifest, of which there is one alone.
AttachedSignature read_notation(ImageSource& source, const Descriptor& referrer,
                                const Manifest& manifest) {
  AttachedSignature found{.form = AttachedSignature::Form::notation,
                          .place = referrer.digest.str()};
  read_into(found, {}, [&] {
    if (manifest.layers.size() != 1) {
      fail(ErrorKind::invalid, "it has {} layers; wanted one", manifest.layers.size());
    }
    const Descriptor& layer = manifest.layers.front();
    found.content = parse_notary_signature(
        layer.media_type, read_document(source, layer, NotarySignature::size_limit_bytes),
        "the signature");
  });
  return found;
}

std::vector<AttachedSignature> read_layers(ImageSource& source, const Referrer& referrer,
                                           const Manifest& manifest) {
  std::vector<AttachedSignature> found;
  std::set<Digest> seen;
  for (std::size_t i = 0; i < manifest.layers.size(); ++i) {
    const Descriptor& layer = manifest.layers[i];
    if (referrer.tag.empty()) {
      // a bundle says all that it says itself; of cosign's layers the annotations differ
      if (!seen.insert(layer.digest).second) continue;
      found.push_back(read_bundle(source, referrer.descriptor, layer));
    } else if (is_signature_layer(layer)) {
      found.push_back(read_cosign(source, fmt::format("{}, layer {}", referrer.tag, i + 1), layer));
    }
  }
  return found;
}

/// What all that is attached to an image makes somebody read.
class Budget {
 public:
  explicit Budget(const Digest& subject) : subject_(subject) {}

  void charge(const RawManifest& raw, const Manifest& manifest) {
    count_ += std::max<std::size_t>(manifest.layers.size(), 1);
    bytes_ += raw.bytes.size();
    if (count_ > signatures_limit) {
      fail(ErrorKind::unsupported, "{} has more than {} signatures", subject_.str(),
           signatures_limit);
    }
    for (const Descriptor& layer : manifest.layers) {
      // larger ones are not read
      if (layer.size_bytes <= Bundle::size_limit_bytes) bytes_ += layer.size_bytes;
    }
    if (bytes_ > signatures_limit_bytes) {
      fail(ErrorKind::unsupported, "{} has signatures of more than {} bytes", subject_.str(),
           signatures_limit_bytes);
    }
  }

 private:
  const Digest& subject_;
  std::size_t count_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

bool is_bundle_type(std::string_view artifact_type) {
  return artifact_type == Bundle::type_v0_3 ||
         artifact_type.starts_with("application/vnd.dev.sigstore.bundle+json;version=");
}

std::string_view to_string(AttachedSignature::Form form) {
  switch (form) {
    case AttachedSignature::Form::bundle:
      return "bundle";
    case AttachedSignature::Form::cosign:
      return "cosign";
    case AttachedSignature::Form::notation:
      return "notation";
  }
  return "unknown";
}

std::vector<AttachedSignature> read_signatures(ImageSource& source, const Digest& subject) {
  std::vector<AttachedSignature> all;
  Budget budget(subject);
  for (const Referrer& referrer : source.referrers(subject)) {
    const bool by_tag = referrer.tag.ends_with(".sig") || referrer.tag.ends_with(".att");
    const bool is_notation =
        referrer.descriptor.artifact_type == NotarySignature::artifact_type && !by_tag;
    if (!by_tag && !is_notation && !is_bundle_type(referrer.descriptor.artifact_type)) continue;
    const RawManifest raw = read_manifest(source, referrer.descriptor);
    const Manifest manifest = parse_manifest(raw.bytes, raw.media_type, raw.digest.str());
    budget.charge(raw, manifest);
    if (is_notation) {
      all.push_back(read_notation(source, referrer.descriptor, manifest));
      continue;
    }
    for (AttachedSignature& found : read_layers(source, referrer, manifest)) {
      all.push_back(std::move(found));
    }
  }
  return all;
}

}  // namespace lade::signing
