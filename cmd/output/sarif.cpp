#include "cmd/output/sarif.h"

#include <algorithm>
#include <string_view>

#include "libimage/base/error.h"
#include "libimage/base/url.h"

namespace lade::cmd {
namespace {

constexpr std::string_view schema_uri = "https://json.schemastore.org/sarif-2.1.0.json";

std::string_view word_of(SarifLevel level) {
  constexpr std::string_view words[] = {"none", "note", "warning", "error"};
  return words[static_cast<std::size_t>(level)];
}

Json message_of(std::string_view text) { return {{"text", text}}; }

/// A path as a relative URI reference: every byte but the unreserved and "/" encoded.
std::string uri_of(std::string_view path) {
  std::string uri;
  while (true) {
    const auto slash = path.find('/');
    uri += percent_encode(path.substr(0, slash));
    if (slash == std::string_view::npos) return uri;
    uri += '/';
    path.remove_prefix(slash + 1);
  }
}

Json to_json(const SarifRule& rule) {
  Json json = {{"id", rule.id}};
  if (!rule.title.empty()) json["shortDescription"] = message_of(rule.title);
  if (!rule.description.empty()) json["fullDescription"] = message_of(rule.description);
  if (!rule.help_uri.empty()) json["helpUri"] = rule.help_uri;
  if (!rule.help.empty()) json["help"] = message_of(rule.help);
  json["defaultConfiguration"] = {{"level", word_of(rule.level)}};
  Json properties = Json::object();
  if (!rule.security_severity.empty()) properties["security-severity"] = rule.security_severity;
  if (!rule.tags.empty()) properties["tags"] = rule.tags;
  if (!properties.empty()) json["properties"] = properties;
  return json;
}

Json region_of(const SarifLocation& location) {
  Json region = Json::object();
  if (location.line > 0) region["startLine"] = location.line;
  if (location.line > 0 && location.column > 0) region["startColumn"] = location.column;
  if (location.byte_offset) {
    region["byteOffset"] = *location.byte_offset;
    region["byteLength"] = location.size_bytes;
  }
  return region;
}

Json to_json(const SarifLocation& location) {
  Json json = Json::object();
  if (!location.uri.empty()) {
    Json physical = {
        {"artifactLocation", {{"uri", uri_of(location.uri)}, {"uriBaseId", "IMAGEROOT"}}}};
    const Json region = region_of(location);
    if (!region.empty()) physical["region"] = region;
    json["physicalLocation"] = physical;
  }
  if (!location.logical_name.empty()) {
    Json logical = {{"fullyQualifiedName", location.logical_name}};
    if (!location.logical_kind.empty()) logical["kind"] = location.logical_kind;
    json["logicalLocations"] = Json::array({logical});
  }
  return json;
}

Json to_json(const SarifResult& result, std::size_t rule_index) {
  Json json = {{"ruleId", result.rule_id},
               {"ruleIndex", rule_index},
               {"level", word_of(result.level)},
               {"message", message_of(result.message)},
               {"locations", Json::array()}};
  for (const SarifLocation& location : result.locations) {
    json["locations"].push_back(to_json(location));
  }
  if (!result.fingerprints.empty()) json["partialFingerprints"] = result.fingerprints;
  if (result.accepted) {
    json["suppressions"] = Json::array(
        {{{"kind", "external"}, {"status", "accepted"}, {"justification", *result.accepted}}});
  }
  if (!result.properties.empty()) json["properties"] = result.properties;
  return json;
}

Json invocation_of(const SarifRun& run) {
  Json invocation = {{"executionSuccessful", true}};
  for (const std::string& warning : run.warnings) {
    invocation["toolExecutionNotifications"].push_back(
        {{"level", "warning"}, {"message", message_of(warning)}});
  }
  return invocation;
}

}  // namespace

std::string to_sarif(const SarifRun& run) {
  Json driver = {{"name", run.tool}};
  if (!run.version.empty()) driver["version"] = run.version;
  if (!run.information_uri.empty()) driver["informationUri"] = run.information_uri;
  driver["rules"] = Json::array();
  for (const SarifRule& rule : run.rules) driver["rules"].push_back(to_json(rule));
  Json results = Json::array();
  for (const SarifResult& result : run.results) {
    const auto rule = std::find_if(run.rules.begin(), run.rules.end(), [&](const SarifRule& known) {
      return known.id == result.rule_id;
    });
    if (rule == run.rules.end()) {
      fail(ErrorKind::internal, "a result is of the rule {}, which is not told", result.rule_id);
    }
    results.push_back(to_json(result, static_cast<std::size_t>(rule - run.rules.begin())));
  }
  Json json = {{"tool", {{"driver", driver}}},
               {"invocations", Json::array({invocation_of(run)})},
               {"originalUriBaseIds",
                {{"IMAGEROOT", {{"description", message_of("The root directory of the image")}}}}},
               {"columnKind", "unicodeCodePoints"},
               {"results", results}};
  if (!run.properties.empty()) json["properties"] = run.properties;
  return to_pretty({{"$schema", schema_uri}, {"version", "2.1.0"}, {"runs", Json::array({json})}}) +
         "\n";
}

}  // namespace lade::cmd
