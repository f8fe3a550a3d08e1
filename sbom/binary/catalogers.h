#pragma once

#include <memory>

#include "sbom/catalog/cataloger.h"

namespace lade::sbom {

/// Adds those that read programs and what stands beside them, the last of which wants all other
/// catalogers before it in the list.
void add_binary_catalogers(Catalogers& list);

/// "elf": what a program or library says of the distribution's package it was built for
/// (.note.package), where that package is not installed; programs that are packed.
std::shared_ptr<const Cataloger> make_elf_cataloger();
/// "go-binary": modules and standard library of programs written in Go.
std::shared_ptr<const Cataloger> make_go_cataloger();
/// "rust-binary": crates of programs made by cargo-auditable.
std::shared_ptr<const Cataloger> make_rust_cataloger();
/// "binary": interpreters, servers, libraries and toolchains that no package tells of, by what
/// their programs and release files say.
std::shared_ptr<const Cataloger> make_software_cataloger();

/// "sbom": what SBOMs in the image tell of that nothing added so far is.
std::shared_ptr<const Cataloger> make_sbom_cataloger();

/// The largest program that is read. They are mapped, and little of them is looked at.
inline constexpr std::uint64_t program_limit_bytes = std::uint64_t{2} << 30U;

}  // namespace lade::sbom
