// The program's frame: one command is declared and run; what it throws becomes a line on stderr and
// an exit code (docs/exit-codes.md).
#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "builder/exec/step_failed.h"
#include "cmd/command.h"
#include "cmd/file_server.h"
#include "cmd/signing_keys.h"
#include "cmd/version.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// The one table of exit codes.
int exit_code_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 2;
    case ErrorKind::not_found:
      return 3;
    case ErrorKind::corrupt:
      return 4;
    case ErrorKind::unsupported:
      return 5;
    case ErrorKind::denied:
      return 6;
    case ErrorKind::conflict:
      return 7;
    case ErrorKind::unavailable:
      return 8;
    case ErrorKind::io:
      return 9;
    case ErrorKind::cancelled:
      return 130;
    case ErrorKind::internal:
      return 70;
  }
  return 70;
}

void complain(std::string_view message) {
  std::fprintf(stderr, "lade: %.*s\n", static_cast<int>(message.size()), message.data());
}

[[noreturn]] void unknown_command(const std::string& word) {
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  const auto near = did_you_mean(word, names);
  fail(ErrorKind::invalid, "there is no command \"{}\"{}; lade --help lists them", printable(word),
       near ? fmt::format(", did you mean \"{}\"?", *near) : "");
}

/// The first argument that is no flag, and no value of a flag before the command.
std::string command_word(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--root" || word == "--log-level" || word == "--policy") {
      ++i;
    } else if (!word.starts_with('-')) {
      return std::string(word);
    }
  }
  return {};
}

/// The arguments, the last one first, as CLI11 takes them. For "--flag=" it would take the argument
/// behind it for the value; an empty one was given.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> words;
  bool has_flags = true;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    has_flags = has_flags && word != "--";
    const bool is_empty_value =
        has_flags && word.starts_with("--") && word.find('=') == word.size() - 1;
    if (is_empty_value) word.pop_back();
    words.push_back(std::move(word));
    if (is_empty_value) words.emplace_back();
  }
  std::reverse(words.begin(), words.end());
  return words;
}

/// Of an error while a command is run: of those whose 2 stands for findings every error is 1.
int exit_code_of(ErrorKind kind, std::string_view word) {
  const auto found = std::find_if(commands().begin(), commands().end(),
                                  [&](const Command& command) { return command.name == word; });
  const bool is_other = kind == ErrorKind::cancelled || kind == ErrorKind::internal;
  if (found != commands().end() && found->has_findings && !is_other) return 1;
  return exit_code_of(kind);
}

int run(int argc, char** argv) {
  Session session;
  CLI::App app("Builds, inspects and copies container images, without a daemon and without root.",
               "lade");
  // the name of an argument says enough of its type
  app.get_formatter()->label("TEXT", "");
  app.get_formatter()->label("REQUIRED", "(required)");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag(
      "--version", [] { return version_text(); }, "Tell version and libraries");
  app.set_help_flag("-h,--help", "Show this help");
  app.footer("lade COMMAND --help tells more of a command, lade man COMMAND all of it.");
  std::string root;
  app.add_option("--root", root, "Where the store is (LADE_ROOT)")
      ->type_name("DIR")
      ->each([&session](const std::string& value) { session.set_store_root(value); });
  app.add_option("--log-level", "How much is told: debug (every request), info, warn or error")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"trace", "debug", "info", "warn", "error", "fatal", "panic"}))
      ->each([&session](const std::string& value) { session.set_log_level(value); });
  std::string policy_path;
  auto* policy =
      app.add_option("--policy", policy_path,
                     "The policy.json or policy.toml that decides about images")
          ->type_name("FILE")
          ->check(not_empty())
          ->each([&session](const std::string& value) { session.policy().choose(value); });
  app.add_flag("--insecure-policy", session.policy().insecure,
               "Ask no policy: whatever is named is allowed")
      ->excludes(policy);
  const std::string wanted = command_word(argc, argv);
  bool known = wanted.empty();
  for (const Command& command : commands()) {
    CLI::App* sub = app.add_subcommand(std::string(command.name), std::string(command.summary));
    sub->group(std::string(command.group));
    if (command.name == wanted) {
      command.declare(*sub, session);
      known = true;
    }
  }
  if (!known) unknown_command(wanted);
  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::Success& success) {
    return app.exit(success);
  } catch (const CLI::ParseError& error) {
    const std::string subject = wanted.empty() ? "lade" : "lade " + wanted;
    complain(fmt::format("{}; {} --help tells more", error.what(), subject));
    return exit_code_of(ErrorKind::invalid, wanted);
  }
  return session.exit_code;
}

int guarded_run(int argc, char** argv) {
  const std::string word = command_word(argc, argv);
  try {
    return run(argc, argv);
  } catch (const builder::StepFailed& failed) {
    complain(failed.message());
    return failed.exit_code();
  } catch (const OutputClosed&) {
    return 128 + SIGPIPE;
  } catch (const Error& error) {
    complain(error.message());
    return exit_code_of(error.kind(), word);
  } catch (const std::bad_alloc&) {
    complain("out of memory");
    return exit_code_of(ErrorKind::io, word);
  } catch (const std::exception& error) {
    complain(fmt::format("internal error: {}", error.what()));
    return exit_code_of(ErrorKind::internal);
  }
}

}  // namespace
}  // namespace lade::cmd

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--version") {
    std::puts(lade::cmd::version_text().c_str());
    return 0;
  }
  if (argc == 2 && argv[1] == lade::cmd::file_server_word) return lade::cmd::serve_files();
  std::signal(SIGPIPE, SIG_IGN);
  // file names in archives are UTF-8 whatever the user's language is
  std::setlocale(LC_CTYPE, "C.UTF-8");
  return lade::cmd::guarded_run(argc, argv);
}
