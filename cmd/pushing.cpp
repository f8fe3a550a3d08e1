#include "cmd/pushing.h"

namespace lade::cmd {

CopyReport push_image(Session& session, const std::string& image, const ImageName& to,
                      const CopyOptions& options, Progress& progress) {
  CopyOptions remembering = options;
  remembering.memory = session.store().get();
  const auto source = open_source(parse_image_name(image), session.transports());
  const auto destination = open_destination(to, session.transports());
  return copy_image(*source, *destination, remembering, progress);
}

void push_result(Session& session, const builder::BuildRecord& record, const Descriptor& result,
                 const std::vector<Reference>& names, Progress& progress) {
  CopyOptions options;
  options.memory = session.store().get();
  options.expansion = no_expansion_limit;  // what was built was accepted
  for (const Reference& name : names) {
    const auto source = builder::open_result(session.store(), record, result);
    const auto destination = open_destination({"docker", "//" + name.str()}, session.transports());
    copy_image(*source, *destination, options, progress);
  }
}

}  // namespace lade::cmd
