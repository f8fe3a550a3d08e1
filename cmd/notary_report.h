#pragma once

#include <string>

#include "libimage/base/json.h"
#include "signing/notation/notary_verify.h"

namespace lade::cmd {

/// What a Notary Project signature was found to be: by whom, which rule decided, every check.
Json notary_record(const signing::NotaryVerdict& verdict);
/// The same for people: a line a fact, indented as below a signature.
std::string notary_text(const signing::NotaryVerdict& verdict);

}  // namespace lade::cmd
