#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/base/time.h"
#include "signing/keyless/rekor.h"

namespace lade::signing {

/// The services to sign with.
struct SigningServices {
  std::string fulcio_url{};  ///< empty: none
  std::vector<LogService> logs{};
  std::vector<std::string> timestamp_authorities{};  ///< URLs
};

/// Which of them somebody wants from a signing configuration.
struct WantedServices {
  bool logs = true;
  bool timestamp_authorities = true;
};

/// Those that a signing configuration 0.2 (protobuf-specs, sigstore_trustroot.proto, SigningConfig)
/// names and that are to be used at `now`: whose time it is and whose API Lade speaks, of each
/// operator the newest version and beginning; as many logs and time-stamp authorities as the file
/// wants (ANY: the first, ALL, EXACT: a number of them), if they are `wanted`.
///
/// `invalid` says what of `what` is wrong, `unsupported` names another media type, `unavailable`
/// which services there are not enough of.
SigningServices choose_services(std::string_view bytes, std::string_view what, Timestamp now,
                                const WantedServices& wanted = {});

inline constexpr std::size_t signing_config_limit_bytes = std::size_t{1} << 20;

}  // namespace lade::signing
