#include "libimage/image/platform_choice.h"

#include "libimage/image/instance.h"
#include "libimage/oci/media_type.h"

namespace lade {

std::set<Digest> choose_entries(const Index& index, const PlatformChoice& choice) {
  using Kind = PlatformChoice::Kind;
  std::set<Digest> chosen;
  if (choice.kind == Kind::index_only || choice.kind == Kind::one) return chosen;
  for (const Descriptor& entry : index.manifests) {
    const bool nested = media_type::is_index(entry.media_type);
    if (choice.kind == Kind::all || nested) chosen.insert(entry.digest);
  }
  if (choice.kind == Kind::all) return chosen;
  for (const Platform& wanted : choice.listed) {
    const Descriptor* instance = find_instance(index, wanted);
    if (instance != nullptr) chosen.insert(instance->digest);
  }
  // what is attested of an image goes where the image goes
  for (const Descriptor& entry : index.manifests) {
    if (!is_attestation(entry)) continue;
    const auto subject = entry.annotations.find(std::string(attestation_subject_key));
    if (subject == entry.annotations.end()) continue;
    const auto digest = Digest::try_parse(subject->second);
    if (digest && chosen.contains(*digest)) chosen.insert(entry.digest);
  }
  return chosen;
}

}  // namespace lade
