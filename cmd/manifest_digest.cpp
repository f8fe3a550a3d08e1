#include "cmd/command.h"
#include "cmd/output/man.h"
#include "libimage/base/file.h"
#include "libimage/oci/hasher.h"
#include "libimage/oci/manifest.h"

namespace lade::cmd {
namespace {

void print_digest(Session& session, const std::string& file) {
  session.print(digest_of(read_file(file, manifest_limit_bytes)).str() + "\n");
}

}  // namespace

void declare_manifest_digest(CLI::App& app, Session& session) {
  explain(app, "Prints the digest that a registry would know a manifest by, and signatures do.",
          "  lade manifest-digest dir/manifest.json");
  const auto file = std::make_shared<std::string>();
  app.add_option("FILE", *file, "A manifest or index")->required();
  app.callback([&session, file] { print_digest(session, *file); });
}

}  // namespace lade::cmd
