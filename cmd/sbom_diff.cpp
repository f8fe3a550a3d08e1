#include "cmd/expansion_flags.h"
#include "cmd/image_inventory.h"
#include "cmd/output/man.h"
#include "cmd/platform_flags.h"
#include "cmd/sbom_command.h"
#include "libimage/base/error.h"
#include "sbom/format/diff.h"

namespace lade::cmd {
namespace {

struct SbomDiffFlags {
  std::string before;
  std::string after;
  std::string format;
  PlatformFlags platform;
};

void run_sbom_diff(Session& session, const SbomDiffFlags& flags) {
  if (!flags.format.empty() && flags.format != "json") {
    fail(ErrorKind::invalid, "differences are told as text or with --format json, not as {}",
         flags.format);
  }
  session.heed_signals();
  const Platform platform = flags.platform.wanted();
  const sbom::Inventory before = read_inventory(session, flags.before, platform, false);
  const sbom::Inventory after = read_inventory(session, flags.after, platform, false);
  warn_of_remarks(session, before);
  warn_of_remarks(session, after);
  const auto changes = sbom::diff(before, after);
  session.print(flags.format.empty() ? diff_to_text(changes) : diff_to_json(changes));
  if (!changes.empty()) session.exit_code = 1;
}

}  // namespace

void declare_sbom_diff(CLI::App& app, Session& session) {
  explain(app,
          "Tells which packages were added, removed, or have another version or licence. Either "
          "side may be an image, dir:PATH or sbom:FILE. Exits with 1 if anything differs.",
          "  lade sbom diff app:1 app:2\n"
          "  lade sbom diff sbom:released.spdx.json docker://registry.example/app:latest");
  const auto flags = std::make_shared<SbomDiffFlags>();
  app.add_option("BEFORE", flags->before, "An image, dir:PATH or sbom:FILE")->required();
  app.add_option("AFTER", flags->after, "Likewise")->required();
  app.add_option("--format", flags->format, "json")->type_name("FORMAT");
  flags->platform.add_to(app);
  add_expansion_flags(app, session);
  session.network().add_to(app);
  app.callback([&session, flags] { run_sbom_diff(session, *flags); });
}

}  // namespace lade::cmd
