#include "signing/image/attached_statement.h"

#include <functional>

#include "libimage/base/error.h"
#include "libimage/image/instance.h"
#include "libimage/image/referrer.h"
#include "libimage/oci/index.h"
#include "libimage/stream/digester.h"
#include "signing/attest/dsse.h"
#include "signing/image/attached_signature.h"

namespace lade::signing {
namespace {

constexpr std::size_t statement_limit_bytes = 64U << 20U;

class Collector {
 public:
  Collector(ImageSource& source, const Digest& subject, std::vector<std::string>& notes)
      : source_(source), subject_(subject), notes_(notes) {}

  void add(std::string_view bytes, const std::string& place, bool is_signed) {
    attempt(place, [&] {
      AttachedStatement found{parse_statement(bytes, "the statement"), place, is_signed};
      if (!found.statement.is_about(subject_)) {
        fail(ErrorKind::invalid, "it is about something else");
      }
      all.push_back(std::move(found));
    });
  }

  /// The layers of an artifact or attestation manifest that are statements.
  void add_layers(const Descriptor& artifact) {
    attempt(artifact.digest.str(), [&] {
      const RawManifest raw = read_manifest(source_, artifact);
      for (const Descriptor& layer : parse_manifest(raw.bytes, raw.media_type, "it").layers) {
        if (layer.media_type != Envelope::in_toto_type) continue;
        VerifiedSource blob(source_.open_blob(layer), layer, layer.digest.str());
        add(read_all(blob, statement_limit_bytes, layer.digest.str()), artifact.digest.str(),
            false);
      }
    });
  }

  void add_envelope(const AttachedSignature& signature) {
    const SignedMaterial* material = nullptr;
    if (const auto* bundle = std::get_if<Bundle>(&signature.content)) material = &bundle->material;
    if (const auto* cosign = std::get_if<CosignSignature>(&signature.content)) {
      material = &cosign->material;
    }
    const Envelope* envelope = material == nullptr ? nullptr : material->envelope();
    if (envelope == nullptr) return;
    if (envelope->payload_type != Envelope::in_toto_type) return;
    add(envelope->payload, signature.place, true);
  }

  std::vector<AttachedStatement> all;

 private:
  void attempt(const std::string& place, const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::unavailable) throw;
      notes_.push_back(fmt::format("{}: {}", place, error.message()));
    }
  }

  ImageSource& source_;
  const Digest& subject_;
  std::vector<std::string>& notes_;
};

}  // namespace

std::vector<AttachedStatement> read_statements(ImageSource& source, const Digest& subject,
                                               const std::optional<RawManifest>& index,
                                               std::vector<std::string>& notes) {
  Collector collector(source, subject, notes);
  for (const Referrer& referrer : source.referrers(subject)) {
    if (referrer.descriptor.artifact_type == Envelope::in_toto_type) {
      collector.add_layers(referrer.descriptor);
    }
  }
  for (const AttachedSignature& signature : read_signatures(source, subject)) {
    collector.add_envelope(signature);
  }
  if (index) {
    const Index listed = parse_index(index->bytes, index->media_type, "the index");
    for (const Descriptor& entry : listed.manifests) {
      const auto about = entry.annotations.find(std::string(attestation_subject_key));
      if (is_attestation(entry) && about != entry.annotations.end() &&
          about->second == subject.str()) {
        collector.add_layers(entry);
      }
    }
  }
  return std::move(collector.all);
}

}  // namespace lade::signing
