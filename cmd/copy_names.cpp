#include "cmd/copy_names.h"

#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// The name that podman or Docker knows an image by, if it was named and not found by its id.
std::vector<std::string> name_in_engine(const ImageName& from) {
  std::string text = from.details;
  if (from.transport == "containers-storage") text.erase(0, text.find(']') + 1);
  const auto reference = Reference::try_parse(text);
  if (!reference || reference->digest()) return {};
  return {reference->or_latest().str()};
}

/// As the place it comes from says them.
std::vector<std::string> names_of(const ImageName& from, const ImageSource& source,
                                  const TransportContext& context) {
  if (from.transport == "store") {
    const std::string name = source.name().substr(std::string_view("store:").size());
    if (Digest::try_parse(name)) return {};
    // what was pulled by its digest has no name but that
    if (const auto reference = Reference::try_parse(name); reference && reference->digest()) {
      return {};
    }
    return {name};
  }
  if (from.transport == "docker-daemon" || from.transport == "containers-storage") {
    return name_in_engine(from);
  }
  if (from.transport != "oci" && !from.transport.ends_with("-archive")) return {};
  const auto colon = from.details.find(':');
  const std::string wanted =
      colon == std::string::npos ? std::string() : from.details.substr(colon + 1);
  if (!wanted.empty() && !wanted.starts_with('@')) return {wanted};
  // stdin is read only once
  if (!wanted.empty() || from.details == "-") return {};
  std::vector<std::string> names = list_images(from, context);
  std::erase_if(names, [](const std::string& name) {
    return name.starts_with('@') || is_attached_tag(name);
  });
  return names;
}

}  // namespace

std::vector<std::string> names_to_keep(const ImageName& from, const ImageSource& source,
                                       const std::string& transport,
                                       const TransportContext& context) {
  std::vector<std::string> names = names_of(from, source, context);
  if (transport != "docker-archive") return names;
  std::vector<std::string> kept;
  for (const std::string& name : names) {
    const auto reference = Reference::try_parse(name);
    const bool says_repository = from.transport == "docker-archive" || from.transport == "store" ||
                                 name.find_first_of("/:") != std::string::npos;
    if (reference && !reference->digest() && says_repository) {
      kept.push_back(reference->or_latest().str());
    }
  }
  return kept;
}

}  // namespace lade::cmd
