#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/audit/audit_report.h"

namespace lade::sbom {

/// One line of the history as its Containerfile had it.
struct HistoryStep {
  std::string keyword{};       ///< "RUN", upper case; "RUN" where nothing else is said
  std::string text{};          ///< the instruction without its keyword
  std::string build_values{};  ///< "TOKEN=x VERSION=1", the build arguments that a RUN saw
  AuditCause cause{};
};

/// The history, oldest first, in any of the spellings of Docker, BuildKit, buildah and Lade. Texts
/// are cut at 64 KiB.
std::vector<HistoryStep> read_history(const ImageConfig& config);

/// Which instruction made a layer.
AuditCause cause_of_layer(const ImageConfig& config, std::size_t layer);
/// The last instruction of this kind with a text in it.
AuditCause cause_of_instruction(const ImageConfig& config, std::string_view keyword,
                                std::string_view text);

}  // namespace lade::sbom
