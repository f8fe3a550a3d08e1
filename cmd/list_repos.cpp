#include "cmd/command.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "registry/auth/credentials.h"
#include "registry/client/docker_transport.h"
#include "registry/client/tags.h"

namespace lade::cmd {
namespace {

struct ListReposFlags {
  std::string registry;
  std::size_t limit = 0;
  std::string format;
};

void run(Session& session, const ListReposFlags& flags) {
  session.heed_signals();
  const std::string key = registry::credential_key(flags.registry);
  const auto transport = make_docker_transport(session, session.network());
  Listing listing{"repositories", "{{.Name}}"};
  listing.headers = {{"Name", "NAME"}};
  for (const std::string& name :
       registry::list_repositories(*transport->registry(key), flags.limit)) {
    listing.rows.push_back({{"Name", std::string(registry::host_of_key(key)) + "/" + name}});
  }
  session.print(format_listing(listing, flags.format));
}

}  // namespace

void declare_list_repos(CLI::App& app, Session& session) {
  explain(app,
          "Lists the repositories of a registry, as far as it tells (the large public ones do "
          "not).",
          "  lade list-repos registry.example.com\n"
          "  lade list-repos --limit 100 --format json localhost:5000");
  const auto flags = std::make_shared<ListReposFlags>();
  app.add_option("REGISTRY", flags->registry, "HOST[:PORT]")->required();
  app.add_option("--limit", flags->limit, "At most so many")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  app.add_option("-f,--format", flags->format, "json, or a Go template")->type_name("FORMAT");
  session.network().add_registry_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
