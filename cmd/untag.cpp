#include "cmd/command.h"
#include "cmd/output/man.h"
#include "cmd/stored_image.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

void untag(Store& store, const std::string& word) {
  const NamedImage image = store.resolve(word);
  if (!is_name_of(word, image.name)) {
    fail(ErrorKind::invalid, "cannot untag {}: it is no name but an id, of {}", printable(word),
         image.name.familiar());
  }
  // first kept, then without a name: nobody may collect it in between
  if (names_of(store, image.target.digest).size() == 1) store.keep_unnamed(image.target);
  store.remove_name(image.name);
}

}  // namespace

void declare_untag(CLI::App& app, Session& session) {
  explain(app,
          "Takes names away. The images stay: one that has no name left is listed as <none>, until "
          "rmi or prune removes it.",
          "  lade untag app:old\n"
          "  lade untag quay.io/me/app:1.1 quay.io/me/app:1.0");
  const auto names = std::make_shared<std::vector<std::string>>();
  app.add_option("NAME", *names, "Names in the store")->required();
  app.callback([&session, names] {
    for (const std::string& name : *names) untag(*session.store(), name);
  });
}

}  // namespace lade::cmd
