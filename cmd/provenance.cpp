#include "cmd/provenance.h"

#include <algorithm>

#include "cmd/attach_target.h"
#include "cmd/version.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/image/attach.h"
#include "libimage/image/image.h"
#include "libimage/oci/media_type.h"
#include "signing/attest/attestation_index.h"
#include "signing/attest/dsse.h"
#include "signing/attest/unsigned.h"
#include "signing/image/attached_statement.h"
#include "signing/image/sign_image.h"

namespace lade::cmd {
namespace {

using builder::ProvenanceFacts;
using builder::ProvenanceMode;

ProvenanceMode parse_mode(const std::string& text, std::string_view flag) {
  if (text == "min" || text == "true") return ProvenanceMode::min;
  if (text == "max") return ProvenanceMode::max;
  if (text == "off" || text == "false") return ProvenanceMode::off;
  fail(ErrorKind::invalid, "{}: unknown mode \"{}\", wanted min, max or off", flag, text);
}

/// "min", or fields as docker has them: "mode=max,builder-id=URI".
void apply(ProvenanceFacts& facts, const std::string& text, std::string_view flag) {
  for (const std::string& field : split(text, ',')) {
    const auto equals = field.find('=');
    const std::string key = equals == std::string::npos ? "mode" : field.substr(0, equals);
    const std::string value = equals == std::string::npos ? field : field.substr(equals + 1);
    if (key == "mode") {
      facts.mode = parse_mode(value, flag);
    } else if (key == "builder-id") {
      facts.builder_id = value;
    } else if (key == "disabled") {
      facts.mode = value == "true" ? ProvenanceMode::off : facts.mode;
    } else {
      fail(ErrorKind::invalid, "{}: unknown field \"{}\", wanted mode and builder-id", flag, key);
    }
  }
}

/// Nobody in particular vouches for a build on somebody's machine.
constexpr std::string_view unnamed_builder = "urn:lade:builder:local";

signing::Statement make_statement(const builder::BuildOptions& options,
                                  const builder::BuildRecord& record,
                                  const ProvenanceFacts& facts) {
  signing::Statement statement;
  const Digest& digest = record.manifest.digest;
  for (const Reference& tag : options.tags) {
    statement.subjects.push_back(signing::subject_of(tag.str(), digest));
  }
  if (statement.subjects.empty()) statement.subjects = {signing::subject_of("_", digest)};
  statement.predicate_type = builder::provenance_type;
  statement.predicate = builder::provenance_predicate(options, record, facts);
  return statement;
}

/// A statement without the times, for comparison.
std::string lasting(signing::Statement statement) {
  Json& predicate = statement.predicate;
  if (predicate.is_object() && predicate.contains("runDetails") &&
      predicate["runDetails"].is_object()) {
    predicate["runDetails"].erase("metadata");
  }
  return signing::to_bytes(statement);
}

std::unique_ptr<ImageSource> open_result(const std::shared_ptr<Store>& store,
                                         const Descriptor& image) {
  return open_store_image(store,
                          {Reference::parse("localhost/unnamed@" + image.digest.str()), image, {}});
}

bool is_recorded(const std::shared_ptr<Store>& store, const Descriptor& image,
                 const signing::Statement& statement) {
  const std::string wanted = lasting(statement);
  // what others attached, and cannot be read, is nothing to a build
  std::vector<std::string> notes;
  const auto known =
      signing::read_statements(*open_result(store, image), image.digest, std::nullopt, notes);
  return std::any_of(known.begin(), known.end(), [&](const signing::AttachedStatement& one) {
    return !one.is_signed && one.statement.predicate_type == statement.predicate_type &&
           lasting(one.statement) == wanted;
  });
}

Descriptor put_in_index(Session& session, const builder::BuildOptions& options,
                        const builder::BuildRecord& record, const signing::Statement& statement,
                        Lease& lease) {
  const Descriptor image = record.manifest.descriptor();
  const auto made = signing::author_attestation_index(image, options.platform, {statement});
  const auto store = session.store();
  const RawManifest& attestation = made.attestation.manifest;
  for (const auto& [blob, bytes] : made.attestation.blobs) {
    lease.add(blob.digest);
    store->put_blob(bytes, blob.media_type);
  }
  for (const RawManifest& manifest : {attestation, made.index}) {
    lease.add(manifest.digest);
    store->put_blob(manifest.bytes, manifest.media_type);
  }
  Descriptor target = made.index.descriptor();
  if (record.base) return target;  // it has no names here
  for (const Reference& tag : options.tags) store->set_name(tag, target);
  if (options.tags.empty()) {
    store->keep_unnamed(target);
    store->drop_unnamed(image.digest);
  }
  return target;
}

void sign_result(Session& session, const builder::BuildOptions& options, const Descriptor& image,
                 signing::Signer& signer) {
  const FileLock lock = lock_attaching(session);
  const auto store = session.store();
  const auto open = [&] { return open_result(store, image); };
  const auto destination = open_store_destination(store, std::nullopt, std::nullopt);
  signing::SignOptions how{.now = options.epoch.value_or(session.now())};
  if (!options.tags.empty()) how.docker_reference = options.tags.front().str();
  sign_image(open, *destination, image, signer, how);
}

}  // namespace

void ProvenanceFlags::add_to(CLI::App& app) {
  app.add_option("--provenance", provenance,
                 "What to record of the build: min (inputs by digest), max (values and the text "
                 "of the Containerfile, too) or off; mode=…,builder-id=URI")
      ->type_name("MODE")
      ->capture_default_str();
  app.add_option("--attest", attest, "The same as docker has it: type=provenance,mode=…")
      ->type_name("type=provenance[,…]")
      ->allow_extra_args(false);
  app.add_option("--attestation-format", format,
                 "How it is attached: referrer, or buildkit for an index with an attestation "
                 "manifest in it")
      ->check(CLI::IsMember({"referrer", "buildkit"}))
      ->capture_default_str();
  key.add_to(app, "Sign the image and the record with this private key", "sign-");
}

ProvenanceFacts ProvenanceFlags::facts(const Session& session) const {
  ProvenanceFacts facts;
  facts.builder_id = session.variable("LADE_BUILDER_ID").value_or(std::string(unnamed_builder));
  facts.version = version_number();
  apply(facts, provenance, "--provenance");
  for (const std::string& text : attest) {
    constexpr std::string_view type = "type=provenance";
    if (!text.starts_with(type)) {
      fail(ErrorKind::invalid, "--attest {}: wanted type=provenance", text);
    }
    const std::string rest = text.substr(type.size());
    apply(facts, rest.empty() ? "min" : rest.substr(1), "--attest");
  }
  return facts;
}

Descriptor attach_provenance(Session& session, const ProvenanceFlags& flags,
                             const builder::BuildOptions& options,
                             const builder::BuildRecord& record, const ProvenanceFacts& facts,
                             Lease& lease) {
  Descriptor image = record.manifest.descriptor();
  // not before the build: a process that hides its memory cannot set up a user namespace
  const auto signer = flags.key.reference.empty() ? nullptr : open_signer(session, flags.key);
  if (signer) sign_result(session, options, image, *signer);
  if (facts.mode == ProvenanceMode::off) return image;
  const signing::Statement statement = make_statement(options, record, facts);
  if (flags.format == "buildkit") {
    return put_in_index(session, options, record, statement, lease);
  }
  const auto store = session.store();
  if (signer == nullptr && is_recorded(store, image, statement)) return image;
  const auto destination = open_store_destination(store, std::nullopt, std::nullopt);
  attach(*destination, {signer ? sign_statement(statement, image, *signer, facts.finished)
                               : author_unsigned(statement, image)});
  return image;
}

}  // namespace lade::cmd
