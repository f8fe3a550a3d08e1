#include "cmd/output/man.h"

#include <algorithm>

#include "cmd/command.h"
#include "cmd/version.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// The same for every command (docs/exit-codes.md).
std::vector<ManSection> common_sections() {
  return {{"EXIT STATUS",
           {{"0", "Success."},
            {"1", "The check that was asked for found flaws."},
            {"2", "The request makes no sense: a bad flag, name or Containerfile."},
            {"3", "Something named does not exist."},
            {"4", "Data are not what their digest, size or format promise."},
            {"5", "Well-formed, but nothing Lade handles."},
            {"6", "Not permitted, by the system or by policy."},
            {"7", "It exists already, is in use, or is ambiguous."},
            {"8", "A service or network did not answer."},
            {"9", "The operating system refused: disk full, memory, input or output."},
            {"70", "A defect in Lade."},
            {"130", "Cancelled."}}},
          {"ENVIRONMENT",
           {{"LADE_ROOT", "Where the store is, unless --root says it."},
            {"XDG_DATA_HOME", "The store of an ordinary user is in its directory lade."},
            {"TMPDIR", "Where large temporary files go; /var/tmp by default."},
            {"SOURCE_DATE_EPOCH", "The time that is written into images, in seconds since 1970."},
            {"NO_COLOR", "If set, no colors."}}}};
}

std::string version() {
  // "lade 0.1.0 (commit)" is the first line
  return split(version_text(), '\n')[0];
}

std::string page_of(const Command& command, Session& session) {
  CLI::App app(std::string(command.summary), std::string(command.name));
  app.set_help_flag("-h,--help", "Show this help");
  command.declare(app, session);
  return man_page(app, {fmt::format("lade {}", command.name), version(), common_sections()});
}

std::string main_page() {
  CLI::App app("Builds, inspects and copies container images, without a daemon and without root",
               "lade");
  app.set_help_flag("-h,--help", "Show this help");
  for (const Command& command : commands()) {
    app.add_subcommand(std::string(command.name), std::string(command.summary));
  }
  explain(app, "Each command has a manual page of its own: lade man COMMAND.",
          "  lade build -t app .\n"
          "  lade images\n"
          "  lade copy app oci-archive:app.tar");
  return man_page(app, {"lade", version(), common_sections()});
}

void run(Session& session, const std::string& name) {
  if (name.empty()) return session.print(main_page());
  const auto all = commands();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Command& c) { return c.name == name; });
  if (found == all.end()) {
    std::vector<std::string_view> names;
    for (const Command& command : all) names.push_back(command.name);
    const auto near = did_you_mean(name, names);
    fail(ErrorKind::not_found, "there is no manual page of \"{}\"{}", printable(name),
         near ? fmt::format(", did you mean \"{}\"?", *near) : "");
  }
  session.print(page_of(*found, session));
}

}  // namespace

void declare_man(CLI::App& app, Session& session) {
  explain(app, "Prints a manual page for man(1), of a command or of Lade as a whole.",
          "  lade man copy | man -l -\n"
          "  lade man > lade.1");
  const auto name = std::make_shared<std::string>();
  app.add_option("COMMAND", *name, "The command; without one, Lade as a whole");
  app.callback([&session, name] { run(session, *name); });
}

}  // namespace lade::cmd
