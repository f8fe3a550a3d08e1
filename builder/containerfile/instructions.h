#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "builder/containerfile/heredoc.h"
#include "builder/containerfile/mount.h"
#include "builder/containerfile/parser.h"

namespace lade::containerfile {

struct Instruction;

/// A command: the words of a JSON array, or one text for the shell.
struct Command {
  std::vector<std::string> words;  ///< without `json`: one text, or nothing
  bool json = false;

  bool operator==(const Command&) const = default;
};

struct KeyValue {
  std::string key;
  std::string value;
};

/// FROM [--platform=…] base [AS name]
struct From {
  std::string base;
  std::string name;      ///< lower case; empty if the stage has none
  std::string platform;  ///< empty if not given
  std::string name_as_written;
  std::string as_keyword;  ///< "AS" as written; empty if the stage has no name
};

/// A heredoc that is a source of COPY or ADD: a file of that name with that text.
struct InlineFile {
  std::string name;
  std::string text;  ///< tabs stripped if `<<-` said so
  bool expand = true;
};

/// What COPY and ADD share.
struct Transfer {
  std::vector<std::string> sources;
  std::vector<InlineFile> files;
  std::string destination;
  std::string chown;  ///< empty if not given
  std::string chmod;  ///< empty if not given
  bool link = false;
  std::vector<std::string> exclude;
};

/// COPY [--from=…] [--parents] … source… destination
struct Copy : Transfer {
  std::string from;  ///< a stage, its number, or an image; empty for the context
  bool parents = false;
};

/// ADD [--keep-git-dir] [--checksum=…] [--unpack] … source… destination
struct Add : Transfer {
  std::optional<bool> keep_git_dir;
  std::string checksum;  ///< empty if not given
  std::optional<bool> unpack;
};

struct ArgDeclaration {
  std::string name;
  std::optional<std::string> value;  ///< its default
};
/// ARG name[=value]…
struct Arg {
  std::vector<ArgDeclaration> declarations;
};

/// ENV name=value…
struct Env {
  std::vector<KeyValue> pairs;
  bool old_form = false;  ///< ENV name value
};
/// LABEL name=value…
struct Label {
  std::vector<KeyValue> pairs;
  bool old_form = false;  ///< LABEL name value
};

enum class NetworkMode { default_mode, none, host };
enum class SecurityMode { sandbox, insecure };

/// A device that RUN asks for, by its CDI name.
struct Device {
  std::string name;
  bool required = false;
};

/// RUN [--mount=…]… [--network=…] [--security=…] [--device=…]… command
struct Run {
  Command command;
  std::vector<Heredoc> heredocs;
  std::vector<Mount> mounts;
  NetworkMode network = NetworkMode::default_mode;
  SecurityMode security = SecurityMode::sandbox;
  std::vector<Device> devices;
};

struct Cmd {
  Command command;
};
struct Entrypoint {
  Command command;
};
/// SHELL ["program", "argument"…]
struct Shell {
  std::vector<std::string> words;
};
/// EXPOSE port[/protocol]…; sorted
struct Expose {
  std::vector<std::string> ports;
};
struct Volume {
  std::vector<std::string> paths;
};
struct Workdir {
  std::string path;
};
struct User {
  std::string user;
};
struct StopSignal {
  std::string signal;
};
struct Maintainer {
  std::string name;
};

/// HEALTHCHECK [options] CMD command, or HEALTHCHECK NONE. A time of 0 means: not given.
struct Healthcheck {
  bool none = false;
  Command command;
  std::int64_t interval_ns = 0;
  std::int64_t timeout_ns = 0;
  std::int64_t start_period_ns = 0;
  std::int64_t start_interval_ns = 0;
  std::int32_t retries = 0;
};

/// ONBUILD instruction
struct Onbuild {
  std::string expression;                          ///< what the image's config records
  std::shared_ptr<const Instruction> instruction;  ///< the same, parsed; not null
};

using InstructionValue =
    std::variant<Add, Arg, Cmd, Copy, Entrypoint, Env, Expose, From, Healthcheck, Label, Maintainer,
                 Onbuild, Run, Shell, StopSignal, User, Volume, Workdir>;

/// A typed instruction and where it was written.
struct Instruction {
  InstructionValue value;
  std::string keyword;   ///< as written
  std::string original;  ///< the whole line with continuations joined, for the history
  std::size_t first_line = 1;
  std::size_t last_line = 1;  ///< heredocs included
  Position position;
  std::vector<std::string> comments;  ///< directly above
};

/// Understands one parsed line. Throws `invalid`, pointing at the place, for an unknown instruction
/// or flag, missing or surplus arguments and values that cannot be.
Instruction parse_instruction(const Source& source, const Node& node);

/// The text of heredocs behind the instruction that starts them, as the shell reads it: each body
/// and the line that ends it.
std::string with_heredocs(std::string_view text, const std::vector<Heredoc>& heredocs);

/// What a RUN with heredocs executes.
struct RunScript {
  std::string text;
  /// `text` is a file to run as such (`RUN <<EOF` whose first line is `#!…`), not shell input.
  bool is_program = false;
};
/// Nothing if the RUN has no heredoc.
std::optional<RunScript> find_run_script(const Run& run);

}  // namespace lade::containerfile
