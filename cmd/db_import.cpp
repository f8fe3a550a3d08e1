#include "cmd/build_flags.h"
#include "cmd/db_command.h"
#include "cmd/output/man.h"
#include "cmd/vulndb.h"
#include "libimage/base/cancel_token.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/vulndata/data_files.h"
#include "sbom/vulndata/importer.h"

namespace lade::cmd {
namespace {

struct DbImportFlags {
  std::vector<std::string> paths;
  std::string name;
  bool keep_going = false;
};

class DbImport {
 public:
  DbImport(Session& session, const DbImportFlags& flags)
      : session_(session), flags_(flags), importer_(flags.name) {}

  void read(const std::string& path) {
    const auto task = session_.progress().begin(path, 0);
    sbom::for_each_document(path, [&](std::string_view text, const std::string& what) {
      require_going_on(session_.cancel_token());
      // lists of what is in a directory, beside the documents
      const bool is_list = what != path && what.ends_with(".csv") && !text.starts_with("#model") &&
                           !text.starts_with("cve,");
      if (!is_list) take(text, what);
      task->advance(text.size());
    });
    task->finish("done");
  }

  void write() {
    if (importer_.providers().empty()) {
      fail(ErrorKind::not_found, "there are no records on vulnerabilities in {}",
           join(flags_.paths, ", "));
    }
    const sbom::DatabaseFolder folder = vulndb_folder(session_);
    for (const std::string& provider : importer_.providers()) {
      const sbom::DatabaseBuilder::Files files = importer_.build(provider);
      folder.put(provider, files);
      const sbom::ProviderInfo info = folder.open(provider).records->info();
      session_.print(
          fmt::format("{}: {} records, {} packages, {}\n", provider,
                      info.kind == sbom::ProviderKind::advisories ? info.advisories : info.packages,
                      info.kind == sbom::ProviderKind::advisories ? info.packages : 0,
                      human_size(files.records.size() + files.texts.size())));
    }
    if (failures_ > 0) {
      session_.warn(fmt::format("{} document{} could not be read and {} left out", failures_,
                                failures_ == 1 ? "" : "s", failures_ == 1 ? "was" : "were"));
    }
  }

 private:
  void take(std::string_view text, const std::string& what) {
    if (!flags_.keep_going) return importer_.add(text, what);
    try {
      importer_.add(text, what);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::cancelled) throw;
      ++failures_;
      session_.warn(printable(error.message()));
    }
  }

  Session& session_;
  const DbImportFlags& flags_;
  sbom::Importer importer_;
  std::size_t failures_ = 0;
};

void import_data(Session& session, const DbImportFlags& flags) {
  session.heed_signals();
  DbImport work(session, flags);
  for (const std::string& path : flags.paths) work.read(path);
  work.write();
}

}  // namespace

void declare_db_import(CLI::App& app, Session& session) {
  explain(app,
          "Reads records on vulnerabilities from files as they are published: OSV (records, "
          "all.zip), the Debian security tracker's JSON, secdb of Alpine, Wolfi and Chainguard, "
          "CSAF VEX of Red Hat, the KEV list and EPSS scores; which it is, the content tells. "
          "Compressed files, tars, zips and directories are read as they are. What a provider had "
          "before is replaced as a whole, by what is told in one call; nothing is, if any "
          "document cannot be read. OSV's are one provider for each ecosystem (osv-npm), others "
          "are called debian, alpine, wolfi, chainguard, redhat, kev and epss.",
          "  lade db import all.zip\n"
          "  lade db import debian-tracker.json alpine-secdb/ csaf_vex.tar.zst\n"
          "  lade db import --name ours advisories/");
  const auto flags = std::make_shared<DbImportFlags>();
  app.add_option("PATH", flags->paths, "Files and directories")->required();
  app.add_option("--name", flags->name, "Make all of it one provider's, of this name")
      ->type_name("NAME");
  app.add_flag("--keep-going", flags->keep_going,
               "Leave out documents that cannot be read, with a warning for each");
  app.callback([&session, flags] { import_data(session, *flags); });
}

}  // namespace lade::cmd
