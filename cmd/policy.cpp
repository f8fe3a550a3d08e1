#include "cmd/command.h"
#include "cmd/output/man.h"
#include "cmd/policy_command.h"

namespace lade::cmd {

void declare_policy(CLI::App& app, Session& session) {
  explain(app, "Which images are allowed, by whose signature, and why.",
          "  lade policy check\n"
          "  lade policy explain docker://registry.example.com/app:1\n"
          "  lade policy test cases.toml");
  app.require_subcommand(1);
  declare_policy_check(*app.add_subcommand("check", "Look for mistakes in a policy"), session);
  declare_policy_explain(*app.add_subcommand("explain", "Tell which rule decides on an image"),
                         session);
  declare_policy_test(*app.add_subcommand("test", "Hold a policy.toml to cases"), session);
  declare_policy_convert(*app.add_subcommand("convert", "Say a policy in another form"), session);
}

}  // namespace lade::cmd
