// What the image says of itself in annotations of its manifest and labels of its configuration
// (image-spec 1.1, annotations.md). Only keys of the specification are judged by form.
#include <algorithm>
#include <array>

#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/base/time.h"
#include "libimage/base/url.h"
#include "sbom/audit/audit_context.h"
#include "sbom/audit/check_families.h"
#include "sbom/license/spdx_expression.h"

namespace lade::sbom {
namespace {

constexpr std::string_view oci_prefix = "org.opencontainers.image.";
constexpr std::size_t value_limit_bytes = 64U << 10U;

/// Keys that every image sets for itself: a base's value in them tells of the base.
constexpr std::array<std::string_view, 9> own_keys = {"created", "version",       "revision",
                                                      "source",  "title",         "description",
                                                      "url",     "documentation", "ref.name"};

bool is_own_key(std::string_view key) {
  return key.starts_with(oci_prefix) && std::find(own_keys.begin(), own_keys.end(),
                                                  key.substr(oci_prefix.size())) != own_keys.end();
}

/// Calls `use(place, key, value)` for annotations, then labels.
template <class Use>
void each_statement(const AuditContext& context, const Use& use) {
  for (const auto& [key, value] : context.image().manifest.annotations) {
    use("annotation", key, value);
  }
  for (const auto& [key, value] : context.run().labels) use("label", key, value);
}

bool is_plain_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
}

bool is_url(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const std::string_view scheme = text.substr(0, colon);
  return is_plain_text(text) && text.find(' ') == std::string_view::npos &&
         std::all_of(scheme.begin(), scheme.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '-' || c == '.';
         });
}

std::string license_flaw(const std::string& value) {
  try {
    SpdxExpression::parse(value);
    return {};
  } catch (const Error& error) {
    return "is no SPDX expression: " + error.message();
  }
}

/// What is wrong with the value of a key of the specification; empty if nothing is.
std::string flaw_of(std::string_view key, const std::string& value) {
  if (value.empty()) return "is empty";
  if (key == "created") return parse_rfc3339(value) ? "" : "is no RFC 3339 time";
  if (key == "url" || key == "source" || key == "documentation") {
    return is_url(value) ? "" : "is no URL";
  }
  if (key == "licenses") return license_flaw(value);
  if (key == "base.digest") return Digest::try_parse(value) ? "" : "is no digest";
  if (key == "version" || key == "revision" || key == "ref.name" || key == "base.name") {
    return value.find_first_of(" \t\r\n") == std::string::npos ? "" : "has a space in it";
  }
  return {};
}

void check_form(AuditContext& context) {
  each_statement(context, [&](const char* place, const std::string& key, const std::string& value) {
    if (!key.starts_with(oci_prefix) || value.size() > value_limit_bytes) return;
    const std::string flaw = flaw_of(std::string_view(key).substr(oci_prefix.size()), value);
    if (flaw.empty()) return;
    context.add_config(fmt::format("{} {}", place, key),
                       fmt::format("\"{}\" {}", value.substr(0, 200), flaw), "LABEL", key);
  });
}

void check_safety(AuditContext& context) {
  each_statement(context, [&](const char* place, const std::string& key, const std::string& value) {
    const std::string where = fmt::format("{} {}", place, key);
    if (!is_plain_text(key)) context.add_config(where, "there are control characters in its key");
    if (value.size() > value_limit_bytes) {
      context.add_config(where, "it has " + human_size(value.size()), "LABEL", key);
    } else if (value.find_first_of(std::string_view("\0\x1b\x07\x08", 4)) != std::string::npos) {
      context.add_config(where, "there are control characters in it", "LABEL", key);
    }
  });
}

void check_required(AuditContext& context) {
  if (context.limits().labels.empty()) return context.skip("the profile requires none");
  const auto& annotations = context.image().manifest.annotations;
  const auto& labels = context.run().labels;
  for (const std::string& key : context.limits().labels) {
    if (annotations.find(key) == annotations.end() && labels.find(key) == labels.end()) {
      context.add_config(key, "is neither annotation nor label");
    }
  }
}

void check_agreement(AuditContext& context) {
  const auto& labels = context.run().labels;
  for (const auto& [key, value] : context.image().manifest.annotations) {
    const auto label = labels.find(key);
    if (!key.starts_with(oci_prefix) || label == labels.end() || label->second == value) continue;
    context.add_config(key,
                       fmt::format("the annotation says \"{}\", the label \"{}\"",
                                   value.substr(0, 100), label->second.substr(0, 100)),
                       "LABEL", key);
  }
}

void check_inheritance(AuditContext& context) {
  const AuditBase& base = context.subject().base;
  if (!base.config) {
    return context.skip(base.problem.empty() ? "the base is not known" : base.problem);
  }
  const auto compare = [&](const char* place, const auto& mine, const auto& theirs) {
    for (const auto& [key, value] : mine) {
      const auto found = theirs.find(key);
      if (!is_own_key(key) || found == theirs.end() || found->second != value) continue;
      context.add_config(
          fmt::format("{} {}", place, key),
          fmt::format("\"{}\" is what the base says of itself", value.substr(0, 200)));
    }
  };
  compare("label", context.run().labels, base.config->config.labels);
  compare("annotation", context.image().manifest.annotations, base.annotations);
}

constexpr AuditCheck label_table[] = {
    {.id = "label-malformed",
     .family = "label",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "DL3050 DL3051 DL3052 DL3053 DL3054",
     .title = "A label or annotation of the specification is not as it wants them",
     .remedy =
         "Write created as RFC 3339, source, url and documentation as URLs, licenses as an SPDX "
         "expression, version and revision as one word.",
     .run = check_form},
    {.id = "label-unsafe",
     .family = "label",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "",
     .title = "A label or annotation could deceive whoever prints it",
     .remedy = "Write plain text of reasonable length.",
     .run = check_safety},
    {.id = "label-required",
     .family = "label",
     .severity = AuditSeverity::medium,
     .cis = "",
     .others = "DL3049",
     .title = "A label that the profile requires is missing",
     .remedy = "LABEL it, or give --annotation when building.",
     .run = check_required},
    {.id = "label-disagrees",
     .family = "label",
     .severity = AuditSeverity::low,
     .cis = "",
     .others = "",
     .title = "Label and annotation say different things",
     .remedy = "Set both from the same variable, or one of them alone.",
     .run = check_agreement},
    {.id = "label-inherited",
     .family = "label",
     .severity = AuditSeverity::low,
     .input = AuditInput::base,
     .tier = AuditTier::normal,
     .cis = "",
     .others = "",
     .title = "What the base says of itself stands for the image",
     .remedy = "Set the label anew, or build with --inherit-labels=false.",
     .run = check_inheritance},
};

}  // namespace

std::span<const AuditCheck> label_checks() { return label_table; }

}  // namespace lade::sbom
