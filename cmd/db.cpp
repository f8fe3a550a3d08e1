#include "cmd/command.h"
#include "cmd/db_command.h"
#include "cmd/output/man.h"
#include "cmd/vulndb.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/vulndata/importer.h"

namespace lade::cmd {
namespace {

/// Those named, or all.
std::vector<std::string> chosen_providers(const sbom::DatabaseFolder& folder,
                                          const std::vector<std::string>& named) {
  return named.empty() ? folder.providers() : named;
}

void verify_databases(Session& session, const std::vector<std::string>& named) {
  const sbom::DatabaseFolder folder = vulndb_folder(session);
  for (const std::string& provider : chosen_providers(folder, named)) {
    const sbom::DatabaseFolder::Opened opened = folder.open(provider);
    opened.records->verify();
    const sbom::ProviderInfo& info = opened.records->info();
    if (!opened.texts) session.warn(provider + " has no descriptions: import or pull it again");
    for (std::uint64_t i = 0; opened.texts && i < info.advisories; ++i) opened.texts->text_of(i);
    session.print(provider + ": whole\n");
  }
}

void remove_databases(Session& session, const std::vector<std::string>& providers) {
  const sbom::DatabaseFolder folder = vulndb_folder(session);
  for (const std::string& provider : providers) {
    if (!sbom::is_provider_name(provider) || !folder.remove(provider)) {
      fail(ErrorKind::not_found, "there is no vulnerability data of {}", printable(provider));
    }
    session.print(provider + "\n");
  }
}

}  // namespace

void declare_db_verify(CLI::App& app, Session& session) {
  const auto providers = std::make_shared<std::vector<std::string>>();
  app.add_option("PROVIDER", *providers, "Which (default: all)");
  app.callback([&session, providers] { verify_databases(session, *providers); });
}

void declare_db_remove(CLI::App& app, Session& session) {
  const auto providers = std::make_shared<std::vector<std::string>>();
  app.add_option("PROVIDER", *providers, "Which")->required();
  app.callback([&session, providers] { remove_databases(session, *providers); });
}

void declare_db(CLI::App& app, Session& session) {
  explain(app,
          "The data on vulnerabilities that scans go by. It is imported from files, which "
          "something else downloaded, or pulled from a registry where somebody put it, and never "
          "fetched on its own.",
          "  lade db import osv/npm/all.zip debian-tracker.json epss.csv.gz kev.json\n"
          "  lade db status\n"
          "  lade db push docker://registry.example/security/vulndb:today\n"
          "  lade db pull --key vulndb.pub docker://registry.example/security/vulndb:today");
  app.require_subcommand(1);
  declare_db_import(*app.add_subcommand("import", "Read what others publish"), session);
  declare_db_status(*app.add_subcommand("status", "Tell what data there is, and how old"), session);
  declare_db_push(*app.add_subcommand("push", "Put it on a registry"), session);
  declare_db_pull(*app.add_subcommand("pull", "Bring it from a registry"), session);
  declare_db_verify(*app.add_subcommand("verify", "Read all of it and look for damage"), session);
  declare_db_remove(*app.add_subcommand("remove", "Remove data of providers"), session);
}

}  // namespace lade::cmd
