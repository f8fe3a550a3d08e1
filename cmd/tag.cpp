#include "cmd/command.h"
#include "cmd/output/man.h"

namespace lade::cmd {
namespace {

struct TagFlags {
  std::string source;
  std::vector<std::string> names;
};

void run(Session& session, const TagFlags& flags) {
  // all of them first: a bad name must not leave half of the work done
  std::vector<Reference> names;
  for (const std::string& name : flags.names) {
    names.push_back(Reference::parse_local(name).or_latest());
  }
  const auto store = session.store();
  const auto lease = store->lease();
  const NamedImage image = store->resolve(flags.source);
  lease->add(image.target.digest);
  for (const Reference& name : names) store->set_name(name, image.target);
}

}  // namespace

void declare_tag(CLI::App& app, Session& session) {
  explain(
      app,
      "Gives an image in the store more names. A name that another image has moves over. A name "
      "without a registry is one of localhost, without a tag it gets \"latest\".",
      "  lade tag app:dev quay.io/me/app:1.2 quay.io/me/app:latest\n"
      "  lade tag 3f2a9c41d5aa app");
  const auto flags = std::make_shared<TagFlags>();
  app.add_option("IMAGE", flags->source, "A name or id in the store")->required();
  app.add_option("NAME", flags->names, "The new names")->required();
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
