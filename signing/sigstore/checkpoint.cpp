#include "signing/sigstore/checkpoint.h"

#include <algorithm>

#include "libimage/base/base64.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"

namespace lade::signing {
namespace {

constexpr std::string_view dash = "\xe2\x80\x94 ";  // U+2014 and a space
constexpr std::size_t hint_size_bytes = 4;
constexpr std::size_t root_size_bytes = 32;

NoteSignature parse_signature(std::string_view line) {
  if (!line.starts_with(dash)) {
    fail(ErrorKind::invalid, "the checkpoint has a line that is no signature: {}", printable(line));
  }
  line.remove_prefix(dash.size());
  const std::size_t space = line.find(' ');
  if (space == 0 || space == std::string_view::npos) {
    fail(ErrorKind::invalid, "the checkpoint has a signature without a name");
  }
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= hint_size_bytes) {
    fail(ErrorKind::invalid,
         "the checkpoint's signature by {} is not base64 of a key's hint and a "
         "signature",
         printable(line.substr(0, space)));
  }
  return {.name = std::string(line.substr(0, space)),
          .key_hint = bytes->substr(0, hint_size_bytes),
          .bytes = bytes->substr(hint_size_bytes)};
}

std::vector<NoteSignature> parse_signatures(std::string_view text) {
  if (text.empty() || text.back() != '\n') {
    fail(ErrorKind::invalid, "the checkpoint has no signatures, or none that ends its line");
  }
  text.remove_suffix(1);
  const std::vector<std::string> lines = split(text, '\n');
  if (lines.size() > Checkpoint::signatures_limit) {
    fail(ErrorKind::invalid, "the checkpoint has {} signatures; more than {} are not looked at",
         lines.size(), Checkpoint::signatures_limit);
  }
  std::vector<NoteSignature> signatures;
  for (const std::string& line : lines) signatures.push_back(parse_signature(line));
  return signatures;
}

}  // namespace

bool Checkpoint::is_signed_by(const TransparencyLog& log) const {
  const std::string_view hint = std::string_view(log.log_id).substr(0, hint_size_bytes);
  return std::any_of(signatures.begin(), signatures.end(), [&](const NoteSignature& signature) {
    // Rekor v1 puts the number of its tree after the name
    const bool of_origin = origin == signature.name || origin.starts_with(signature.name + " - ");
    return of_origin && signature.key_hint == hint &&
           log.key.verifies(signed_text, signature.bytes, log.scheme);
  });
}

Checkpoint parse_checkpoint(std::string_view text) {
  if (text.size() > Checkpoint::size_limit_bytes) {
    fail(ErrorKind::invalid, "a checkpoint of {} bytes is not read", text.size());
  }
  // the signatures come after the last empty line
  const std::size_t blank = text.rfind("\n\n");
  if (blank == std::string_view::npos) {
    fail(ErrorKind::invalid, "the checkpoint has no empty line before its signatures");
  }
  Checkpoint checkpoint{.signed_text = std::string(text.substr(0, blank + 1)),
                        .signatures = parse_signatures(text.substr(blank + 2))};
  const std::vector<std::string> lines = split(text.substr(0, blank), '\n');
  if (lines.size() < 3 || lines[0].empty()) {
    fail(ErrorKind::invalid, "the checkpoint has {} lines; wanted origin, size and root hash",
         lines.size());
  }
  checkpoint.origin = lines[0];
  const auto size = parse_int(lines[1]);
  if (!size || *size < 0 || std::to_string(*size) != lines[1]) {
    fail(ErrorKind::invalid, "the checkpoint's size is \"{}\", no number", printable(lines[1]));
  }
  checkpoint.tree_size = static_cast<std::uint64_t>(*size);
  const auto root = from_base64(lines[2]);
  if (!root || root->size() != root_size_bytes) {
    fail(ErrorKind::invalid, "the checkpoint's root hash is \"{}\", not base64 of {} bytes",
         printable(lines[2]), root_size_bytes);
  }
  checkpoint.root_hash = *root;
  return checkpoint;
}

}  // namespace lade::signing
