#include "cmd/attach_target.h"

#include "libimage/base/file.h"
#include "libimage/image/instance.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"

namespace lade::cmd {
namespace {

void add_instances(ImageSource& source, const RawManifest& raw, unsigned depth,
                   std::vector<Descriptor>& subjects) {
  if (!media_type::is_index(raw.media_type) || depth == index_depth_limit) return;
  for (const Descriptor& entry : parse_index(raw.bytes, raw.media_type, "the index").manifests) {
    if (is_attestation(entry)) continue;
    const RawManifest instance = read_manifest(source, entry);
    subjects.push_back(instance.descriptor());
    add_instances(source, instance, depth + 1, subjects);
  }
}

std::optional<Reference> reference_of(const ImageName& name) {
  const bool is_docker = name.transport == "docker";
  if (!is_docker && name.transport != "store") return std::nullopt;
  std::string_view details = name.details;
  if (is_docker && details.starts_with("//")) details.remove_prefix(2);
  return is_docker ? Reference::try_parse(details) : Reference::parse_local(details);
}

}  // namespace

std::string repository_of(const std::string& image) {
  const auto reference = reference_of(parse_image_name(image));
  return reference ? reference->name() : std::string();
}

std::vector<Descriptor> list_subjects(ImageSource& source, bool recursive) {
  const RawManifest top = read_manifest(source);
  std::vector<Descriptor> subjects = {top.descriptor()};
  if (recursive) add_instances(source, top, 0, subjects);
  return subjects;
}

FileLock lock_attaching(Session& session) {
  make_directories(session.store_root(), 0700);
  return FileLock::acquire(join_path(session.store_root(), "attach.lock"),
                           FileLock::Mode::exclusive);
}

AttachTarget open_attach_target(Session& session, const ImageName& name,
                                const TransportContext& context) {
  AttachTarget target;
  target.lock = lock_attaching(session);
  target.open = [name, context] { return open_source(name, context); };
  target.destination = name.transport == "store"
                           ? open_store_destination(session.store(), std::nullopt, std::nullopt)
                           : open_destination(name, context);
  const auto reference = reference_of(name);
  if (reference) target.docker_reference = reference->or_latest().str();
  return target;
}

AttachTarget open_attach_target(Session& session, const std::string& image, bool recursive) {
  auto source = session.open_image(image);
  AttachTarget target =
      open_attach_target(session, parse_image_name(source->name()), session.transports());
  target.subjects = list_subjects(*source, recursive);
  target.name = source->name();
  return target;
}

}  // namespace lade::cmd
