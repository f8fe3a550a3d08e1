#include <algorithm>

#include "cmd/command.h"
#include "cmd/expansion_flags.h"
#include "cmd/image_layers.h"
#include "cmd/output/listing.h"
#include "cmd/output/man.h"
#include "cmd/output/table.h"
#include "cmd/output_file.h"
#include "cmd/platform_flags.h"
#include "cmd/secrets_report.h"
#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct SecretsFlags {
  std::string image;
  std::string rules;
  std::string format;
  std::string output;
  std::string fail_on;
  bool all_layers = true;
  bool list_rules = false;
  PlatformFlags platform;
};

sbom::SecretRules rules_of(const std::string& file) {
  if (file.empty()) return sbom::SecretRules::builtin();
  return sbom::SecretRules::parse(read_file(file, sbom::SecretRules::size_limit_bytes), file);
}

std::string rules_table(const sbom::SecretRules& rules) {
  Table table({"RULE", "SEVERITY", "CATEGORY", "TITLE"});
  for (const sbom::ReadyRule& ready : rules.rules()) {
    table.add({ready.rule.id, std::string(to_string(ready.rule.severity)), ready.rule.category,
               ready.rule.title});
  }
  return table.text();
}

SearchedImage searched(const ImageLayers& layers) {
  const Image& image = layers.image();
  return {.name = layers.name(),
          .digest = image.raw.digest.str(),
          .platform = image.config.platform.str()};
}

sbom::SecretReport report_on(const Session& session, const SecretsFlags& flags,
                             const ImageLayers& layers, const sbom::SecretScanner& scanner) {
  const Image& image = layers.image();
  sbom::SecretReport report = sbom::assemble_secrets(
      scanner.rules(), layers.tree(), layers.secrets(),
      scanner.scan_config(image.config, image.manifest.annotations), session.now());
  if (!flags.all_layers) {
    std::erase_if(report.findings, [](const sbom::SecretFinding& finding) {
      return finding.state != sbom::SecretState::visible;
    });
  }
  return report;
}

std::string text_of(const sbom::SecretReport& report, const SearchedImage& image,
                    const std::string& format) {
  if (format.empty() || format == "table") return secrets_table(report);
  if (format == "sarif") return to_sarif(secrets_sarif(report, image));
  return format_record(secrets_record(report, image), format);
}

void run(Session& session, const SecretsFlags& flags) {
  const sbom::SecretScanner scanner(rules_of(flags.rules));
  if (flags.list_rules) {
    session.print(rules_table(scanner.rules()));
    return;
  }
  if (flags.image.empty()) fail(ErrorKind::invalid, "name the IMAGE that is to be searched");
  std::optional<OutputFile> output;
  if (!flags.output.empty()) output.emplace(flags.output);
  const ImageLayers layers(session, flags.image, flags.platform.wanted(), nullptr, nullptr,
                           &scanner);
  const sbom::SecretReport report = report_on(session, flags, layers, scanner);
  const std::string text = text_of(report, searched(layers), flags.format);
  if (output) {
    output->write(text);
  } else {
    session.print(text);
  }
  if (flags.fail_on.empty()) return;
  const auto bar = sbom::find_secret_severity(flags.fail_on);
  const auto is_over = [&](const sbom::SecretFinding& finding) {
    return !finding.accepted && finding.rule->severity >= *bar;
  };
  if (std::any_of(report.findings.begin(), report.findings.end(), is_over)) session.exit_code = 2;
}

}  // namespace

void declare_secrets(CLI::App& app, Session& session) {
  explain(app,
          "Searches an image for passwords, keys and tokens: the files of every layer, also those "
          "that upper layers delete or replace, which whoever pulls the image still gets; and "
          "environment, labels, commands, history and annotations. What is found is told by rule, "
          "place and layer, and never itself. A layer is searched once; the next time, also under "
          "another image, its notes answer.",
          "  lade secrets app:latest\n"
          "  lade secrets --fail-on high --rules secrets.toml app:latest\n"
          "  lade secrets --format sarif -o secrets.sarif docker://registry.example/app:1\n"
          "  lade secrets --list-rules");
  const auto flags = std::make_shared<SecretsFlags>();
  app.add_option("IMAGE", flags->image, "An image, of any transport");
  app.add_option("--rules", flags->rules,
                 "A file of rules and of findings that are accepted (docs/secrets.md)")
      ->type_name("FILE");
  app.add_option("--format", flags->format, "table, json, sarif, or a Go template")
      ->type_name("FORMAT");
  app.add_option("-o,--output", flags->output, "Write there and not to the terminal")
      ->type_name("FILE");
  app.add_option("--fail-on", flags->fail_on,
                 "End with code 2 if there is a finding of this severity or a worse one: low, "
                 "medium, high, critical")
      ->check(CLI::IsMember({"low", "medium", "high", "critical"}))
      ->type_name("SEVERITY");
  app.add_flag("--all-layers,!--visible-only", flags->all_layers,
               "Tell what upper layers hide, too; that is the default");
  app.add_flag("--list-rules", flags->list_rules, "Print the rules and search nothing");
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run(session, *flags); });
}

}  // namespace lade::cmd
