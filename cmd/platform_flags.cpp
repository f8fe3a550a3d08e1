#include "cmd/platform_flags.h"

#include "libimage/base/error.h"

namespace lade::cmd {

void PlatformFlags::add_to(CLI::App& app) {
  add_overrides_to(app);
  app.add_option("--os", os, "The same as --override-os")->type_name("OS");
  app.add_option("--arch", architecture, "The same as --override-arch")->type_name("ARCH");
  app.add_option("--variant", variant, "The same as --override-variant")->type_name("VARIANT");
}

void PlatformFlags::add_overrides_to(CLI::App& app) {
  app.add_option("--platform", platform,
                 "Which platform of a multi-platform image: OS/ARCH[/VARIANT]")
      ->type_name("PLATFORM");
  app.add_option("--override-os", os, "The same, the operating system alone")->type_name("OS");
  app.add_option("--override-arch", architecture, "The same, the architecture alone")
      ->type_name("ARCH");
  app.add_option("--override-variant", variant, "The same, the variant alone")
      ->type_name("VARIANT");
}

bool PlatformFlags::are_given() const {
  return !platform.empty() || !os.empty() || !architecture.empty() || !variant.empty();
}

Platform PlatformFlags::wanted() const {
  const bool overrides = !os.empty() || !architecture.empty() || !variant.empty();
  if (!platform.empty() && overrides) {
    fail(ErrorKind::invalid, "--platform already says what --os, --arch and --variant say");
  }
  if (!platform.empty()) return Platform::parse(platform, host_platform());
  Platform result = host_platform();
  if (!os.empty()) result.os = os;
  if (!architecture.empty()) {
    result.architecture = architecture;
    result.variant.clear();
  }
  if (!variant.empty()) result.variant = variant;
  return normalize(result);
}

}  // namespace lade::cmd
