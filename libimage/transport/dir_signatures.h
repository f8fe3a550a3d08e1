#pragma once

#include <string>
#include <vector>

namespace lade {

inline constexpr std::size_t dir_signatures_limit = 128;

/// The files of signatures that a `dir:` image has of its manifest ("signature-1"…), in order;
/// `instance` is the hex digits of the manifest of an index's image ("<hex>.signature-1"), or
/// empty. Other tools write them (containers-signature(5)). `invalid` if there are more than are
/// read.
std::vector<std::string> read_dir_signatures(const std::string& path, const std::string& instance);

/// The file that signature `number` (from 1) is in.
std::string dir_signature_name(const std::string& instance, std::size_t number);

}  // namespace lade
