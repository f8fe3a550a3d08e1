#include "cmd/key_command.h"
#include "cmd/key_files.h"
#include "cmd/signing_keys.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

struct KeyConvertFlags {
  KeyFlags key;
  std::string form;
  std::string output;
  bool force = false;
  PassphraseFlags fresh;
};

void convert(const Session& session, const KeyConvertFlags& flags) {
  const signing::PrivateKeyForm form = parse_key_form(flags.form);
  require_protecting(form, flags.fresh.none);
  require_writable_key_file(flags.output, flags.force);
  const ReprotectedKey opened = open_to_reprotect(session, flags.key, flags.fresh);
  const Secret pem = opened.key.pem(form, opened.passphrase);
  write_key_file(flags.output, pem.reveal(), 0600, flags.force);
  session.print(fmt::format("Private key written to {}\n", printable(flags.output)));
}

}  // namespace

void declare_key_convert(CLI::App& app, Session& session) {
  const auto flags = std::make_shared<KeyConvertFlags>();
  flags->key.add_to(app, "The private key to read, in any form")->required();
  app.add_option("--format", flags->form, "How to write it: cosign, pkcs8, pkcs1 or sec1")
      ->type_name("FORM")
      ->required();
  app.add_option("-o,--output", flags->output, "The file to write")->type_name("FILE")->required();
  app.add_flag("--force", flags->force, "Replace a file that is there");
  flags->fresh.add_new_to(app);
  app.callback([&session, flags] { convert(session, *flags); });
}

}  // namespace lade::cmd
