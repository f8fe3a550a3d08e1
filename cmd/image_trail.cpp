#include "cmd/image_trail.h"

#include <algorithm>

#include "cmd/output/html.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "signing/attest/predicate_types.h"
#include "signing/image/attached_statement.h"

namespace lade::cmd {
namespace {

/// A member of nested objects as text; empty if it is not there.
std::string text_at(const Json& json, std::initializer_list<const char*> names) {
  const Json* at = &json;
  for (const char* name : names) {
    if (!at->is_object() || !at->contains(name)) return {};
    at = &at->at(name);
  }
  return at->is_string() ? at->get<std::string>() : at->is_null() ? "" : to_compact(*at);
}

std::optional<Timestamp> first_time(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts) {
    if (const auto time = parse_rfc3339(text)) return time;
  }
  return std::nullopt;
}

void describe_build(TrailEntry& entry, const Json& predicate) {
  entry.kind = "built";
  entry.time = first_time({text_at(predicate, {"runDetails", "metadata", "finishedOn"}),
                           text_at(predicate, {"runDetails", "metadata", "startedOn"})});
  const Json* definition = predicate.is_object() && predicate.contains("buildDefinition")
                               ? &predicate["buildDefinition"]
                               : nullptr;
  const bool has_inputs = definition != nullptr && definition->contains("resolvedDependencies");
  const std::string source =
      text_at(predicate, {"buildDefinition", "externalParameters", "configSource", "uri"});
  entry.summary = fmt::format(
      "by {}{}{}", text_at(predicate, {"runDetails", "builder", "id"}),
      source.empty() ? "" : " from " + source,
      has_inputs ? fmt::format(", inputs: {}", (*definition)["resolvedDependencies"].size()) : "");
}

void describe_certification(TrailEntry& entry, const Json& predicate, Timestamp now) {
  entry.kind = "certified";
  entry.time = first_time({text_at(predicate, {"issuedOn"}), text_at(predicate, {"time"})});
  const std::string expires = text_at(predicate, {"expires"});
  const auto end = parse_rfc3339(expires);
  entry.summary = fmt::format(
      "by {} for {}{}", text_at(predicate, {"issuer"}), text_at(predicate, {"scope"}),
      expires.empty() ? ""
                      : fmt::format(", {} {}", end && *end < now ? "expired" : "until", expires));
}

void describe_delivery(TrailEntry& entry, const Json& predicate) {
  entry.kind = "delivered";
  entry.time = first_time({text_at(predicate, {"time"})});
  entry.summary = fmt::format("from {} to {} by {}", text_at(predicate, {"source"}),
                              text_at(predicate, {"destination"}), text_at(predicate, {"actor"}));
}

TrailEntry entry_of(const signing::AttachedStatement& attached, Timestamp now) {
  const signing::Statement& statement = attached.statement;
  const std::string word = signing::predicate_word(statement.predicate_type);
  TrailEntry entry{.kind = "attested",
                   .summary = word,
                   .place = attached.place,
                   .standing = attached.is_signed ? "not checked" : "unsigned",
                   .record = statement.predicate};
  if (word == "slsaprovenance") {
    describe_build(entry, statement.predicate);
  } else if (word == "certification") {
    describe_certification(entry, statement.predicate, now);
  } else if (word == "delivery") {
    describe_delivery(entry, statement.predicate);
  } else if (statement.predicate_type == signing::sign_predicate_type) {
    entry.kind = "signed";
    entry.summary = "for " + statement.subjects.front().name;
  }
  return entry;
}

void add_verdict(TrailEntry& entry, const signing::CheckedSignature& checked) {
  if (!checked.is_trusted()) {
    entry.standing = "not verified";
    entry.reason = checked.reason;
    return;
  }
  entry.standing = "verified";
  if (checked.notary) {
    entry.summary += ", signed by " + checked.notary->signer;
    return;
  }
  const signing::Verified& verified = *checked.verified;
  entry.summary += verified.identity ? ", signed by " + verified.identity->str()
                                     : ", signed with the key " + verified.signer.key.id().str();
  if (!entry.time && !verified.times.empty()) entry.time = verified.times.front().time;
}

/// The times that artifacts say of themselves, for what says none itself.
std::map<std::string, Timestamp> artifact_times(ImageSource& source, const Digest& subject) {
  std::map<std::string, Timestamp> times;
  for (const Referrer& referrer : source.referrers(subject)) {
    const auto& annotations = referrer.descriptor.annotations;
    const auto created = annotations.find("org.opencontainers.image.created");
    if (created == annotations.end()) continue;
    if (const auto time = parse_rfc3339(created->second)) {
      times.emplace(referrer.descriptor.digest.str(), *time);
    }
  }
  return times;
}

}  // namespace

std::vector<TrailEntry> read_trail(ImageSource& source, const RawManifest& manifest,
                                   const std::optional<signing::ImageVerifyOptions>& options,
                                   Timestamp now) {
  std::vector<std::string> notes;
  std::vector<TrailEntry> entries;
  for (const auto& attached :
       signing::read_statements(source, manifest.digest, std::nullopt, notes)) {
    entries.push_back(entry_of(attached, now));
  }
  const auto find = [&](const std::string& place) {
    return std::find_if(entries.begin(), entries.end(),
                        [&](const TrailEntry& entry) { return entry.place == place; });
  };
  for (const auto& attached : signing::read_signatures(source, manifest.digest)) {
    auto entry = find(attached.place);
    if (entry == entries.end()) {
      entries.push_back({.kind = "signed",
                         .summary = std::string(to_string(attached.form)) + " signature",
                         .place = attached.place,
                         .standing = "not checked",
                         .record = nullptr});
      entry = std::prev(entries.end());
    }
    if (options) add_verdict(*entry, check_signature(attached, manifest.digest, *options));
  }
  const auto times = artifact_times(source, manifest.digest);
  for (TrailEntry& entry : entries) {
    const auto said = times.find(entry.place);
    if (!entry.time && said != times.end()) entry.time = said->second;
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TrailEntry& a, const TrailEntry& b) { return a.time < b.time; });
  return entries;
}

Json record_of(const TrailEntry& entry) {
  Json record = Json::object();
  record["time"] = entry.time ? Json(to_rfc3339(*entry.time)) : Json(nullptr);
  record["kind"] = entry.kind;
  record["summary"] = entry.summary;
  record["standing"] = entry.standing;
  if (!entry.reason.empty()) record["reason"] = entry.reason;
  record["place"] = entry.place;
  record["record"] = entry.record;
  return record;
}

std::string trail_page(const std::string& image, const Digest& digest,
                       const std::vector<TrailEntry>& entries) {
  std::string html = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{0}</title>\n"
      "<style>\nbody {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; "
      "padding: 0 1rem; color: #1c1c1c; background: #fff; }}\n"
      "code {{ font-size: .85em; overflow-wrap: anywhere; }}\n"
      "ol {{ list-style: none; padding: 0; border-left: 3px solid #ccc; }}\n"
      "li {{ padding: .6rem 0 .6rem 1.2rem; }}\n"
      ".standing {{ border: 1px solid; border-radius: .3rem; padding: 0 .4rem; font-size: .85em; "
      "}}\n"
      ".verified {{ color: #14602b; }} .not-verified {{ color: #a31515; }} "
      ".unsigned, .not-checked {{ color: #6a4b00; }}\n"
      "@media (prefers-color-scheme: dark) {{ body {{ color: #eee; background: #161616; }} "
      ".verified {{ color: #7ed69a; }} .not-verified {{ color: #ff9b9b; }} "
      ".unsigned, .not-checked {{ color: #f0c766; }} }}\n</style></head>\n"
      "<body><h1>{0}</h1>\n<p><code>{1}</code></p>\n<ol>\n",
      escape_html(image), escape_html(digest.str()));
  for (const TrailEntry& entry : entries) {
    std::string kind = entry.standing;
    std::replace(kind.begin(), kind.end(), ' ', '-');
    html += fmt::format(
        "<li><time>{}</time> <strong>{}</strong> {} <span class=\"standing {}\">{}</span>{}<br>"
        "<code>{}</code></li>\n",
        entry.time ? to_rfc3339(*entry.time) : "no time", escape_html(entry.kind),
        escape_html(entry.summary), kind, escape_html(entry.standing),
        entry.reason.empty() ? "" : " " + escape_html(entry.reason), escape_html(entry.place));
  }
  if (entries.empty()) html += "<li>Nothing is attached to this image.</li>\n";
  return html + "</ol></body></html>\n";
}

}  // namespace lade::cmd
