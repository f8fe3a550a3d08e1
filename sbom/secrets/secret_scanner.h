#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "libimage/layer/toc.h"
#include "libimage/oci/config.h"
#include "libimage/oci/descriptor.h"
#include "libimage/stream/source.h"
#include "sbom/secrets/layer_secrets.h"
#include "sbom/secrets/secret_rules.h"

namespace lade::sbom {

/// A part of an image that is no file.
enum class ConfigPart : unsigned char {
  environment,
  label,
  entrypoint,
  command,
  health_check,
  on_build,
  history,
  annotation
};

std::string_view to_string(ConfigPart part);

/// The secrets of one text of an image's configuration or manifest.
struct ConfigSecrets {
  ConfigPart part = ConfigPart::environment;
  /// Of the variable, label or annotation, or its number ("#3") if the secret is in the name; the
  /// number of the step, from 1.
  std::string name{};
  std::vector<FoundSecret> secrets{};
};

struct IndexedSecrets {
  std::shared_ptr<const Toc> toc;
  LayerSecrets secrets;
};

/// Finds secrets by rules. Used from several threads.
class SecretScanner {
 public:
  /// Of larger files the beginning is searched, which is a remark.
  static constexpr std::uint64_t file_limit_bytes = std::uint64_t{512} << 20U;
  /// After so many in one layer no more is searched, which is a remark.
  static constexpr std::size_t layer_limit = 20'000;

  explicit SecretScanner(SecretRules rules) : rules_(std::move(rules)) {}

  const SecretRules& rules() const { return rules_; }
  /// What is in the files of one layer, in one pass over its uncompressed tar; `what` names it in
  /// errors. Only a tar that cannot be read throws.
  LayerSecrets scan_layer(Source& tar, const std::string& what) const;
  /// The same of a layer that nothing is known of, and its toc, made on the way.
  IndexedSecrets index_and_scan_layer(Source& tar, const std::string& what) const;
  /// What is in the configuration, the history and the annotations of an image.
  std::vector<ConfigSecrets> scan_config(const ImageConfig& config,
                                         const Annotations& annotations) const;

 private:
  SecretRules rules_;
};

}  // namespace lade::sbom
