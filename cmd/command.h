#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string_view>

#include "cmd/session.h"

namespace lade::cmd {

/// One command of the program. `declare` adds its flags and its callback to `app`; it runs only for
/// the command that was asked for, so start-up does not grow with the number of commands.
struct Command {
  std::string_view name;
  std::string_view group;
  std::string_view summary;
  void (*declare)(CLI::App& app, Session& session);
  /// It looks for what is wrong, and ends with 2 if more was found than is borne with, with 1 if it
  /// could not look (docs/exit-codes.md), as scanners do.
  bool has_findings = false;
};

/// All of them, in the order that --help shows.
std::span<const Command> commands();

void declare_attest(CLI::App& app, Session& session);
void declare_audit(CLI::App& app, Session& session);
void declare_build(CLI::App& app, Session& session);
void declare_cat(CLI::App& app, Session& session);
void declare_copy(CLI::App& app, Session& session);
void declare_db(CLI::App& app, Session& session);
void declare_delete(CLI::App& app, Session& session);
void declare_export(CLI::App& app, Session& session);
void declare_history(CLI::App& app, Session& session);
void declare_images(CLI::App& app, Session& session);
void declare_index(CLI::App& app, Session& session);
void declare_info(CLI::App& app, Session& session);
void declare_inspect(CLI::App& app, Session& session);
void declare_key(CLI::App& app, Session& session);
void declare_licenses(CLI::App& app, Session& session);
void declare_list_repos(CLI::App& app, Session& session);
void declare_list_tags(CLI::App& app, Session& session);
void declare_login(CLI::App& app, Session& session);
void declare_logout(CLI::App& app, Session& session);
void declare_ls(CLI::App& app, Session& session);
void declare_man(CLI::App& app, Session& session);
void declare_manifest_digest(CLI::App& app, Session& session);
void declare_policy(CLI::App& app, Session& session);
void declare_pull(CLI::App& app, Session& session);
void declare_prune(CLI::App& app, Session& session);
void declare_push(CLI::App& app, Session& session);
void declare_referrers(CLI::App& app, Session& session);
void declare_reproduce(CLI::App& app, Session& session);
void declare_rmi(CLI::App& app, Session& session);
void declare_sbom(CLI::App& app, Session& session);
void declare_scan(CLI::App& app, Session& session);
void declare_secrets(CLI::App& app, Session& session);
void declare_sign(CLI::App& app, Session& session);
void declare_sign_blob(CLI::App& app, Session& session);
void declare_standalone_sign(CLI::App& app, Session& session);
void declare_standalone_verify(CLI::App& app, Session& session);
void declare_store(CLI::App& app, Session& session);
void declare_sync(CLI::App& app, Session& session);
void declare_tag(CLI::App& app, Session& session);
void declare_trail(CLI::App& app, Session& session);
void declare_tree(CLI::App& app, Session& session);
void declare_untag(CLI::App& app, Session& session);
void declare_validate(CLI::App& app, Session& session);
void declare_verify(CLI::App& app, Session& session);
void declare_verify_blob(CLI::App& app, Session& session);
void declare_version(CLI::App& app, Session& session);

}  // namespace lade::cmd
