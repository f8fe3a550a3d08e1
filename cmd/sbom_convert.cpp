#include "cmd/image_inventory.h"
#include "cmd/output/man.h"
#include "cmd/sbom_command.h"
#include "cmd/sbom_output.h"
#include "sbom/format/merge.h"

namespace lade::cmd {
namespace {

struct SbomConvertFlags {
  std::vector<std::string> files;
  SbomOutputFlags output;
};

}  // namespace

void declare_sbom_convert(CLI::App& app, Session& session) {
  explain(app,
          "Reads a document in whatever form (SPDX 2.2, 2.3 and 3.0, CycloneDX 1.2 to 1.7, syft's "
          "JSON, told by its content) and writes it in others. What Lade knows and a form has no "
          "field for is kept in annotations and properties.",
          "  lade sbom convert app.spdx.json -o cyclonedx-xml=app.cdx.xml\n"
          "  syft -o json app | lade sbom convert - -o spdx-json");
  const auto flags = std::make_shared<SbomConvertFlags>();
  app.add_option("FILE", flags->files, "The document; - is stdin")->required()->expected(1);
  flags->output.add_to(app);
  app.callback([&session, flags] {
    write_outputs(session, flags->output, read_document(flags->files.front()).inventory);
  });
}

void declare_sbom_merge(CLI::App& app, Session& session) {
  explain(app,
          "Makes one document of several. Packages with one package URL at one place are one, with "
          "what each document knows of it; what the first is about stays what it is about.",
          "  lade sbom merge base.cdx.json app.spdx.json -o cyclonedx-json=all.cdx.json");
  const auto flags = std::make_shared<SbomConvertFlags>();
  app.add_option("FILE", flags->files, "The documents; - is stdin")->required();
  flags->output.add_to(app);
  app.callback([&session, flags] {
    std::vector<sbom::Inventory> inventories;
    for (const std::string& file : flags->files) {
      inventories.push_back(read_document(file).inventory);
    }
    write_outputs(session, flags->output, sbom::merge(inventories));
  });
}

}  // namespace lade::cmd
