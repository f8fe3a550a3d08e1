#include "cmd/attach_document.h"
#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_inventory.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/sbom_command.h"
#include "cmd/sbom_output.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "sbom/format/check.h"
#include "sbom/format/read_sbom.h"

namespace lade::cmd {
namespace {

struct SbomFlags {
  std::string image;
  SbomOutputFlags output;
  PlatformFlags platform;
  KeyFlags key;
  ServiceFlags services;
  std::string check;
  std::string format;
  bool declared = false;
  bool attach = false;
};

/// The documents that were asked for, SPDX where none was.
std::vector<AttachableDocument> documents_of(const Session& session, const SbomFlags& flags,
                                             const sbom::Inventory& inventory) {
  std::vector<std::string> words = flags.output.outputs;
  if (words.empty()) words.emplace_back(to_string(sbom::SbomFormat::spdx_json));
  const sbom::WriteOptions options = write_options(session, flags.output);
  std::vector<AttachableDocument> documents;
  for (const std::string& word : words) {
    const sbom::FormatChoice choice = sbom::parse_format(word.substr(0, word.find('=')));
    documents.push_back({.media_type = std::string(sbom::media_type_of(choice.format)),
                         .predicate_type = std::string(sbom::predicate_type_of(choice.format)),
                         .bytes = sbom::write_sbom(inventory, choice, options)});
  }
  return documents;
}

/// A document as it stands; of anything else what a document of it would say.
sbom::SbomDocument document_to_check(Session& session, const SbomFlags& flags) {
  if (const auto document = find_document(flags.image)) return *document;
  const sbom::Inventory inventory =
      read_inventory(session, flags.image, flags.platform.wanted(), flags.declared);
  warn_of_remarks(session, inventory);
  const std::string text = sbom::write_sbom(inventory, {sbom::SbomFormat::cyclonedx_json},
                                            write_options(session, flags.output));
  return sbom::read_sbom(text, flags.image);
}

void check(Session& session, const SbomFlags& flags) {
  if (!flags.format.empty() && flags.format != "json") {
    fail(ErrorKind::invalid, "a check is told as text or with --format json, not as {}",
         flags.format);
  }
  const sbom::CheckReport report =
      sbom::check_sbom(document_to_check(session, flags), sbom::parse_check_profile(flags.check));
  session.print(flags.format.empty() ? check_to_text(report) : check_to_json(report));
  if (!report.is_met()) session.exit_code = 1;
}

void run(Session& session, const SbomFlags& flags) {
  session.heed_signals();
  if (flags.image.empty()) fail(ErrorKind::invalid, "name an image; lade sbom --help tells more");
  if (!flags.check.empty()) return check(session, flags);
  const bool is_signed = !flags.key.is_silent() || !flags.services.is_silent();
  if (is_signed && !flags.attach) {
    fail(ErrorKind::invalid, "a signed document is attached to the image: give --attach, too");
  }
  // a wrong word is told before layers are read
  for (const std::string& word : flags.output.outputs) {
    sbom::parse_format(word.substr(0, word.find('=')));
  }
  const sbom::Inventory inventory =
      read_inventory(session, flags.image, flags.platform.wanted(), flags.declared);
  warn_of_remarks(session, inventory);
  if (flags.attach) {
    if (!inventory.subject.manifest || flags.image.starts_with("sbom:")) {
      fail(ErrorKind::invalid, "{} is no image that a document could be attached to", flags.image);
    }
    SbomOutputFlags files = flags.output;
    std::erase_if(files.outputs,
                  [](const std::string& word) { return word.find('=') == std::string::npos; });
    if (!files.outputs.empty()) write_outputs(session, files, inventory);
    const auto attached =
        attach_documents(session, flags.image, *inventory.subject.manifest,
                         documents_of(session, flags, inventory), {flags.key, flags.services});
    for (const Digest& digest : attached) session.print(digest.str() + "\n");
    return;
  }
  write_outputs(session, flags.output, inventory);
}

}  // namespace

void declare_sbom(CLI::App& app, Session& session) {
  explain(app,
          "Lists what an image contains: the packages of its distribution and of languages, "
          "programs that say what they are, with versions, licences, suppliers, where they are, "
          "what needs what, and which layer brought them. Layers are read once, without unpacking, "
          "and what was found in a layer is remembered. The same image gives the same bytes, but "
          "for the time, which SOURCE_DATE_EPOCH sets.",
          "  lade sbom debian:12\n"
          "  lade sbom app:1 -o spdx-json=app.spdx.json -o cyclonedx-json=app.cdx.json\n"
          "  lade sbom docker://registry.example/app:1 -o syft-json | grype\n"
          "  lade sbom dir:/srv/rootfs -o purls\n"
          "  lade sbom --check bsi sbom:app.cdx.json\n"
          "  lade sbom --attach --key release.key docker://registry.example/app:1 -o spdx-json");
  const auto flags = std::make_shared<SbomFlags>();
  app.add_option("IMAGE", flags->image,
                 "An image, of any transport; dir:PATH for a directory, sbom:FILE for a document");
  flags->output.add_to(app);
  app.add_option("--check", flags->check,
                 "Tell what is missing for ntia (the NTIA's minimum elements) or bsi (TR-03183-2), "
                 "and exit with 1 if anything is")
      ->type_name("PROFILE");
  app.add_option("--format", flags->format, "json: what --check tells, as a record")
      ->type_name("FORMAT");
  app.add_flag("--declared", flags->declared,
               "What lock files ask for, too, whether or not it is installed");
  app.add_flag("--attach", flags->attach,
               "Attach the documents to the image, where it is; with a key as signed statements");
  flags->key.add_to(app, "The private key to sign them with");
  flags->services.add_to(app);
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.require_subcommand(0, 1);
  declare_sbom_convert(*app.add_subcommand("convert", "Write a document in another form"), session);
  declare_sbom_merge(*app.add_subcommand("merge", "Make one document of several"), session);
  declare_sbom_diff(*app.add_subcommand("diff", "Tell what differs between two"), session);
  app.callback([&app, &session, flags] {
    if (app.get_subcommands().empty()) run(session, *flags);
  });
}

}  // namespace lade::cmd
