#include "cmd/audit_output.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"

namespace lade::cmd {
namespace {

/// JSON has Unicode alone; what is none is shown as bytes.
std::string as_unicode(std::string_view text) {
  const Json probe = text;
  try {
    static_cast<void>(probe.dump());
    return std::string(text);
  } catch (const Json::type_error&) {
    return printable(text);
  }
}

Json finding_record(const AuditView& view, const sbom::AuditFinding& finding) {
  Json record = Json::object();
  record["path"] = finding.path.empty() ? Json(nullptr) : Json(as_unicode(finding.path));
  record["place"] = finding.place.empty() ? Json(nullptr) : Json(as_unicode(finding.place));
  record["detail"] = as_unicode(finding.detail);
  const auto& layers = view.subject.image->manifest.layers;
  const auto layer = finding.cause.layer;
  record["layer"] = layer ? Json(*layer + 1) : Json(nullptr);
  record["layerDigest"] =
      layer && *layer < layers.size() ? Json(layers[*layer].digest.str()) : Json(nullptr);
  record["instruction"] = as_unicode(finding.cause.instruction);
  record["accepted"] = finding.accepted ? Json(as_unicode(*finding.accepted)) : Json(nullptr);
  return record;
}

Json result_record(const AuditView& view, const sbom::AuditResult& result) {
  Json record = Json::object();
  record["id"] = result.check->id;
  record["family"] = result.check->family;
  record["severity"] = to_string(result.severity);
  record["state"] = to_string(result.state);
  record["title"] = result.check->title;
  record["remedy"] = result.check->remedy;
  record["cis"] = result.check->cis;
  record["others"] = result.check->others;
  record["reason"] = as_unicode(result.reason);
  record["count"] = result.count;
  record["findings"] = Json::array();
  for (const auto& finding : result.findings) {
    record["findings"].push_back(finding_record(view, finding));
  }
  return record;
}

}  // namespace

std::string audit_json(const AuditView& view) {
  Json record = Json::object();
  record["schemaVersion"] = 1;
  record["image"] = as_unicode(view.subject.name);
  record["digest"] = view.subject.image->raw.digest.str();
  record["platform"] = view.subject.image->config.platform.str();
  record["profile"] = as_unicode(view.profile.name);
  record["failOn"] = view.profile.fail_on ? Json(to_string(*view.profile.fail_on)) : Json(nullptr);
  record["verdict"] = view.report.is_over_bar() ? "fail" : "pass";
  record["counts"] = Json::object();
  for (std::size_t i = view.report.checks_by_severity.size(); i-- > 0;) {
    record["counts"][std::string(to_string(static_cast<sbom::AuditSeverity>(i)))] =
        view.report.checks_by_severity[i];
  }
  record["remarks"] = Json::array();
  for (const std::string& remark : view.report.remarks) {
    record["remarks"].push_back(as_unicode(remark));
  }
  record["results"] = Json::array();
  for (const auto& result : view.report.results) {
    record["results"].push_back(result_record(view, result));
  }
  return to_pretty(record) + "\n";
}

}  // namespace lade::cmd
