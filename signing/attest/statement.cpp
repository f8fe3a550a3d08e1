#include "signing/attest/statement.h"

#include <algorithm>

#include "libimage/base/error.h"

namespace lade::signing {
namespace {

/// Bounds what a hostile statement costs; releases of hundreds of files exist.
constexpr std::size_t subjects_limit = 4096;

Subject parse_subject(const Json& json, std::string_view what) {
  Subject subject{.name = find_string(json, "name", what).value_or("")};
  const Json* digests = find_object(json, "digest", what);
  if (digests == nullptr) fail(ErrorKind::invalid, "{}: a subject has no digest", what);
  for (const auto& [algorithm, value] : digests->items()) {
    subject.digests[algorithm] = get_string(*digests, algorithm, what);
  }
  return subject;
}

}  // namespace

bool Subject::is(const Digest& digest) const {
  const auto found = digests.find(std::string(to_string(digest.algorithm())));
  return found != digests.end() && found->second == digest.hex();
}

Subject subject_of(std::string name, const Digest& digest) {
  return {.name = std::move(name),
          .digests = {{std::string(to_string(digest.algorithm())), digest.hex()}}};
}

bool Statement::is_about(const Digest& digest) const {
  return std::any_of(subjects.begin(), subjects.end(),
                     [&](const Subject& subject) { return subject.is(digest); });
}

Statement parse_statement(std::string_view bytes, std::string_view what) {
  const Json json = parse_json(bytes, what);
  Statement statement;
  statement.type = get_string(json, "_type", what);
  if (statement.type != Statement::type_v1 && statement.type != Statement::type_v01) {
    fail(ErrorKind::unsupported, "{} is a statement of the type {}; wanted {}", what,
         statement.type, Statement::type_v1);
  }
  const Json* subjects = find_array(json, "subject", what);
  if (subjects == nullptr || subjects->empty()) {
    fail(ErrorKind::invalid, "{} is about nothing: it has no subject", what);
  }
  if (subjects->size() > subjects_limit) {
    fail(ErrorKind::invalid, "{} has {} subjects; more than {} are not read", what,
         subjects->size(), subjects_limit);
  }
  for (const Json& subject : *subjects) statement.subjects.push_back(parse_subject(subject, what));
  statement.predicate_type = get_string(json, "predicateType", what);
  if (const Json* predicate = find_member(json, "predicate", what))
    statement.predicate = *predicate;
  return statement;
}

std::string to_bytes(const Statement& statement) {
  Json json = Json::object();
  json["_type"] = statement.type;
  json["subject"] = Json::array();
  for (const Subject& subject : statement.subjects) {
    Json entry = Json::object();
    entry["name"] = subject.name;
    entry["digest"] = Json::object();
    for (const auto& [algorithm, hex] : subject.digests) entry["digest"][algorithm] = hex;
    json["subject"].push_back(std::move(entry));
  }
  json["predicateType"] = statement.predicate_type;
  if (!statement.predicate.is_null()) json["predicate"] = statement.predicate;
  return to_compact(json);
}

}  // namespace lade::signing
