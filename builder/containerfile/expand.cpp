#include <utility>

#include "builder/containerfile/containerfile.h"
#include "libimage/base/error.h"

namespace lade::containerfile {
namespace {

/// Visits an instruction and expands in place.
class FieldExpander {
 public:
  FieldExpander(const Lookup& lookup, char escape) : lookup_(lookup), options_{.escape = escape} {}

  VariableUse take_use() { return std::move(use_); }

  void operator()(From& from) {
    word(from.base);
    word(from.platform);
  }
  void operator()(Copy& copy) { transfer(copy); }
  void operator()(Add& add) {
    transfer(add);
    word(add.checksum);
  }
  void operator()(Arg& arg) {
    for (ArgDeclaration& declaration : arg.declarations) {
      word(declaration.name);
      if (declaration.value) word(*declaration.value);
    }
  }
  void operator()(Env& env) { pairs(env.pairs); }
  void operator()(Label& label) { pairs(label.pairs); }
  void operator()(Run& run) {
    for (Mount& mount : run.mounts) {
      mount = parse_mount(mount.raw, [this](std::string_view value) {
        return note(expand_word(value, lookup_, options_)).text;
      });
    }
  }
  void operator()(Expose& expose) {
    std::vector<std::string> ports;
    for (const std::string& port : expose.ports) {
      for (std::string& part : note(expand_word(port, lookup_, options_)).words) {
        ports.push_back(std::move(part));
      }
    }
    expose.ports = std::move(ports);
  }
  void operator()(Volume& volume) { words(volume.paths); }
  void operator()(Workdir& workdir) { word(workdir.path); }
  void operator()(User& user) { word(user.user); }
  void operator()(StopSignal& stop) { word(stop.signal); }
  // what the shell expands when it runs, what is for another build, and plain text
  void operator()(Cmd&) {}
  void operator()(Entrypoint&) {}
  void operator()(Shell&) {}
  void operator()(Healthcheck&) {}
  void operator()(Onbuild&) {}
  void operator()(Maintainer&) {}

 private:
  Expansion note(Expansion expansion) {
    use_.used.insert(expansion.used.begin(), expansion.used.end());
    use_.unset.insert(expansion.unset.begin(), expansion.unset.end());
    return expansion;
  }
  void word(std::string& text) { text = note(expand_word(text, lookup_, options_)).text; }
  void words(std::vector<std::string>& texts) {
    for (std::string& text : texts) word(text);
  }
  void pairs(std::vector<KeyValue>& pairs) {
    for (KeyValue& pair : pairs) {
      word(pair.key);
      word(pair.value);
    }
  }
  void transfer(Transfer& transfer) {
    word(transfer.chown);
    word(transfer.chmod);
    words(transfer.sources);
    word(transfer.destination);
    for (InlineFile& file : transfer.files) {
      // a heredoc is escaped by a backslash whatever the file's escape character is
      if (file.expand) {
        file.text = note(expand_word(file.text, lookup_, {.plain_quotes = true})).text;
      }
    }
  }

  const Lookup& lookup_;
  WordOptions options_;
  VariableUse use_;
};

}  // namespace

VariableUse expand(const Containerfile& file, Instruction& instruction, const Lookup& lookup) {
  FieldExpander expander(lookup, file.directives.escape);
  try {
    std::visit(expander, instruction.value);
  } catch (const Error& error) {
    file.source.fail_at(instruction.position, error.message());
  }
  return expander.take_use();
}

}  // namespace lade::containerfile
