#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cmd/session.h"
#include "signing/keys/private_key.h"

namespace lade::cmd {

/// What the parts of `lade key` share.

/// "cosign", "pkcs8", "pkcs1", "sec1"; `invalid` lists them.
signing::PrivateKeyForm parse_key_form(const std::string& text);
/// `invalid` for a form that has no encryption, unless the key may lie in the clear.
void require_protecting(signing::PrivateKeyForm form, bool in_the_clear);

void declare_key_generate(CLI::App& app, Session& session);
void declare_key_import(CLI::App& app, Session& session);
void declare_key_convert(CLI::App& app, Session& session);

}  // namespace lade::cmd
