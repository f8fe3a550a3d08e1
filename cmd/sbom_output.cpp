#include "cmd/sbom_output.h"

#include <memory>
#include <optional>
#include <utility>

#include "cmd/output/man.h"
#include "cmd/output_file.h"
#include "cmd/version.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct Output {
  sbom::FormatChoice choice;
  std::optional<OutputFile> file{};  ///< none: stdout
};

Output parse_output(const std::string& word) {
  const std::size_t equals = word.find('=');
  Output output{.choice = sbom::parse_format(word.substr(0, equals))};
  if (equals != std::string::npos) output.file.emplace(word.substr(equals + 1));
  return output;
}

}  // namespace

void SbomOutputFlags::add_to(CLI::App& app) {
  app.add_option("-o,--output", outputs,
                 "How it is written, and where to: FORMAT, FORMAT@VERSION or FORMAT=FILE, once for "
                 "each document. Formats: " +
                     join(sbom::format_names(), ", "))
      ->type_name("FORMAT[=FILE]")
      ->allow_extra_args(false);
  app.add_option("--author", author, "Who makes the document: \"Name <address>\"")
      ->type_name("NAME");
  app.add_option("--github-commit", github_commit, "The commit that github-json is about")
      ->type_name("COMMIT");
  app.add_option("--github-ref", github_ref, "The ref that github-json is about")->type_name("REF");
}

sbom::WriteOptions write_options(const Session& session, const SbomOutputFlags& flags) {
  return {.created = session.source_date_epoch().value_or(session.now()),
          .tool_version = version_number(),
          .author = flags.author,
          .commit = flags.github_commit,
          .ref = flags.github_ref};
}

void write_outputs(Session& session, const SbomOutputFlags& flags,
                   const sbom::Inventory& inventory) {
  std::vector<Output> outputs;
  for (const std::string& word : flags.outputs) outputs.push_back(parse_output(word));
  if (outputs.empty()) outputs.emplace_back();
  const sbom::WriteOptions options = write_options(session, flags);
  for (const Output& output : outputs) {
    const std::string text = sbom::write_sbom(inventory, output.choice, options);
    if (output.file) {
      output.file->write(text);
    } else {
      session.print(text);
    }
  }
}

}  // namespace lade::cmd
