#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "signing/sigstore/trusted_root.h"

namespace lade::signing {

/// A line under a signed note.
struct NoteSignature {
  std::string name;
  std::string key_hint;  ///< 4 bytes
  std::string bytes;
};

/// What a log says of its tree at a moment (C2SP tlog-checkpoint, over C2SP signed-note).
struct Checkpoint {
  static constexpr std::size_t size_limit_bytes = std::size_t{64} << 10;
  static constexpr std::size_t signatures_limit = 100;

  std::string signed_text{};  ///< what the signatures are over, with its last newline
  std::string origin{};
  std::uint64_t tree_size = 0;
  std::string root_hash{};  ///< 32 bytes
  std::vector<NoteSignature> signatures{};

  /// One of the signatures is by this log. Those of keys that are not known, witnesses' for one,
  /// are passed over.
  bool is_signed_by(const TransparencyLog& log) const;
};

/// `invalid` says which line is wrong.
Checkpoint parse_checkpoint(std::string_view text);

}  // namespace lade::signing
