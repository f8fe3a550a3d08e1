#include "cmd/lade_policy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "cmd/network.h"
#include "cmd/policy_image.h"
#include "libimage/base/error.h"
#include "libimage/base/fd.h"
#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/image/instance.h"
#include "libimage/oci/index.h"
#include "libimage/oci/media_type.h"
#include "registry/config/environment.h"

namespace lade::cmd {
namespace {

std::unique_ptr<ImageSource> open_or_nothing(const TransportContext& context,
                                             const ImageName& name) {
  try {
    auto source = open_source(name, context);
    source->find_top();
    return source;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return nullptr;
  }
}

/// By digest, whatever the name stands for by now: in the store it needs no name.
std::unique_ptr<ImageSource> find_base(const TransportContext& context,
                                       const signing::BaseImage& base, bool ask_store,
                                       bool ask_registry) {
  const std::string digest = base.digest.value().str();
  if (ask_store) {
    if (auto source = open_or_nothing(context, {"store", digest})) return source;
  }
  const auto name = Reference::try_parse(base.name);
  if (ask_registry && name) {
    const ImageName wanted{"docker", "//" + name->with_digest(*base.digest).str()};
    if (auto source = open_or_nothing(context, wanted)) return source;
  }
  fail(ErrorKind::not_found, "it is not {}",
       ask_store && ask_registry ? "in the store, nor on its registry"
       : ask_registry            ? "on its registry"
                                 : "in the store, and the policy lets nobody else be asked");
}

/// How an index, or one in it, lists an image. What is listed a thousand times is looked at once,
/// and what is not there lists nothing.
std::optional<Descriptor> find_listed(ImageSource& source, const RawManifest& index,
                                      const Digest& image, unsigned depth, std::set<Digest>& seen) {
  for (const Descriptor& entry :
       parse_index(index.bytes, index.media_type, "the index").manifests) {
    if (entry.digest == image) return entry;
    if (!media_type::is_index(entry.media_type) || depth == index_depth_limit) continue;
    if (!seen.insert(entry.digest).second) continue;
    try {
      const RawManifest inner = read_manifest(source, entry);
      if (auto found = find_listed(source, inner, image, depth + 1, seen)) return found;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::not_found) throw;
    }
  }
  return std::nullopt;
}

/// Whether all that it has are statements, as BuildKit puts them beside the images of an index:
/// nothing that could be run, and nobody believes them unsigned.
bool has_statements_alone(const RawManifest& manifest) {
  if (media_type::is_index(manifest.media_type)) return false;
  const auto layers = parse_manifest(manifest.bytes, manifest.media_type, "it").layers;
  return !layers.empty() && std::all_of(layers.begin(), layers.end(), [](const Descriptor& layer) {
    return layer.media_type == "application/vnd.in-toto+json";
  });
}

/// Nothing that is used: an attestation of BuildKit's, listed by the index that is asked for.
bool is_listed_attestation(ImageSource& source, const RawManifest& manifest) {
  if (!has_statements_alone(manifest)) return false;
  const RawManifest top = read_manifest(source);
  if (!media_type::is_index(top.media_type)) return false;
  std::set<Digest> seen;
  const auto entry = find_listed(source, top, manifest.digest, 0, seen);
  return entry && is_attestation(*entry);
}

/// What the name stands for may be an index of which `manifest` is the image that is used.
signing::ImageFacts facts_of(ImageSource& source, const RawManifest& manifest,
                             signing::PolicySubject subject) {
  RawManifest top = read_manifest(source);
  std::set<Digest> seen;
  if (top.digest == manifest.digest || !media_type::is_index(top.media_type) ||
      !find_listed(source, top, manifest.digest, 0, seen)) {
    return {source, manifest, std::move(subject)};
  }
  return {source, std::move(top), std::move(subject), manifest};
}

Json waiver_record(const signing::Waiver& waiver) {
  Json record{
      {"by", waiver.by}, {"reason", waiver.reason}, {"expires", to_rfc3339(waiver.expires)}};
  if (!waiver.findings.empty()) record["findings"] = waiver.findings;
  return record;
}

Json requirement_record(const signing::RequirementJudgement& one) {
  Json signatures = Json::array();
  for (const signing::SignatureOutcome& signature : one.signatures) {
    signatures.push_back(Json{{"origin", signature.origin},
                              {"accepted", signature.accepted},
                              {"reason", signature.reason}});
  }
  Json record{{"name", one.name},
              {"kind", one.kind},
              {"verdict", to_string(one.verdict)},
              {"reason", one.reason},
              {"signatures", std::move(signatures)}};
  if (one.waiver) record["waiver"] = waiver_record(*one.waiver);
  for (const signing::Waiver& waiver : one.finding_waivers) {
    record["findingWaivers"].push_back(waiver_record(waiver));
  }
  return record;
}

}  // namespace

std::optional<std::string> find_lade_policy(Session& session, const std::string& given) {
  if (!given.empty()) return given;
  if (auto named = session.policy().find_lade()) return named;
  if (const auto set = session.variable("LADE_POLICY")) return *set;
  const registry::UserEnvironment environment = user_environment(session);
  for (const std::string& place : {environment.config_path("lade/policy.toml"),
                                   environment.system_path("/etc/lade/policy.toml")}) {
    if (!place.empty() && file_exists(place)) return place;
  }
  return std::nullopt;
}

signing::ImageJudgement LadePolicyJudge::weigh(const ImageName& name, ImageSource& source,
                                               const RawManifest& manifest,
                                               std::optional<Timestamp> now,
                                               const std::string& as) const {
  signing::PolicySubject subject = policy_subject(*session_, name, as);
  if (signing::find_rule(policy_, subject).rule->requirements.empty()) {
    // nothing of the image is of interest
    signing::ImageFacts facts(source, manifest, std::move(subject));
    return signing::judge(policy_, facts, {});
  }
  const signing::JudgeOptions options{
      .now = now.value_or(session_->now()),
      .find_base = [this](const signing::BaseImage& base, bool ask_store, bool ask_registry) {
        return find_base(context_, base, ask_store, ask_registry);
      }};
  try {
    signing::ImageFacts facts = facts_of(source, manifest, subject);
    return signing::judge(policy_, facts, options);
  } catch (const Error& error) {
    if (signing::ends_all(error.kind())) throw;
    return signing::unjudged(policy_, subject, error);
  }
}

void LadePolicyJudge::judge(const ImageName& name, ImageSource& source,
                            const RawManifest& manifest) {
  if (is_listed_attestation(source, manifest)) return;
  const signing::ImageJudgement judgement = weigh(name, source, manifest);
  if (!policy_.audit_log.empty()) write_audit(name, manifest.digest, judgement);
  require_allowed(judgement, name.str());
  if (judgement.allowed || judgement.mode != signing::PolicyMode::warn) return;
  const std::string message = fmt::format("{}: {}", name.str(), judgement.objection());
  const bool is_new = warned_.with([&](auto& all) { return all.insert(message).second; });
  if (is_new) session_->warn(message);
}

void LadePolicyJudge::write_audit(const ImageName& name, const Digest& digest,
                                  const signing::ImageJudgement& judgement) const {
  Json record{{"time", to_rfc3339(session_->now())},
              {"image", name.str()},
              {"digest", digest.str()},
              {"policy", policy_.path}};
  record.update(judgement_record(judgement));
  const std::string line = to_compact(record) + "\n";
  const std::string& path = policy_.audit_log;
  const Fd file = open_fd(path, O_WRONLY | O_APPEND | O_CREAT, 0600);
  // in one piece, so that the lines of several programs do not mix
  const ssize_t written = ::write(file.get(), line.data(), line.size());
  if (written < 0) fail_errno("cannot write to the audit log {}", path);
  if (static_cast<std::size_t>(written) != line.size()) {
    fail(ErrorKind::io, "the audit log {} took {} of {} bytes", path, written, line.size());
  }
}

std::unique_ptr<ImageJudge> find_lade_judge(Session& session) {
  if (session.policy().insecure) return nullptr;
  const auto file = find_lade_policy(session);
  return file ? std::make_unique<LadePolicyJudge>(session, *file) : nullptr;
}

Json judgement_record(const signing::ImageJudgement& judgement) {
  Json requirements = Json::array();
  for (const auto& one : judgement.requirements) requirements.push_back(requirement_record(one));
  return {{"allowed", judgement.allowed},
          {"refused", judgement.is_refused()},
          {"mode", to_string(judgement.mode)},
          {"rule", judgement.rule},
          {"place", judgement.place},
          {"scope", judgement.scope},
          {"requirements", std::move(requirements)},
          {"notes", judgement.notes}};
}

std::string judgement_text(const signing::ImageJudgement& judgement) {
  std::string text = fmt::format(
      "  rule      \"{}\" ({}), {}\n  mode      {}\n", printable(judgement.rule),
      printable(judgement.place),
      judgement.scope.empty() ? "the default" : "by the scope " + printable(judgement.scope),
      to_string(judgement.mode));
  if (judgement.requirements.empty()) {
    text += fmt::format("  it {} all\n", judgement.allowed ? "allows" : "refuses");
  }
  for (const signing::RequirementJudgement& one : judgement.requirements) {
    text += fmt::format("  {} {}: {}\n", printable(one.name),
                        one.holds() ? "holds" : "does not hold", printable(one.reason));
    if (one.waiver) text += fmt::format("    waived {}\n", printable(one.waiver->str()));
    for (const signing::Waiver& waiver : one.finding_waivers) {
      text += fmt::format("    without {}, waived {}\n", printable(join(waiver.findings, ", ")),
                          printable(waiver.str()));
    }
    for (const signing::SignatureOutcome& signature : one.signatures) {
      text += fmt::format("    {} {}: {}\n", printable(signature.origin),
                          signature.accepted ? "counts" : "does not count",
                          printable(signature.reason));
    }
  }
  for (const std::string& note : judgement.notes) text += fmt::format("  {}\n", printable(note));
  return text;
}

}  // namespace lade::cmd
