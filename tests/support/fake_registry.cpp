#include "tests/support/fake_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "libimage/base/error.h"
#include "libimage/base/json.h"
#include "libimage/base/text.h"
#include "libimage/oci/digest.h"
#include "libimage/oci/hasher.h"

namespace lade {
namespace {

Answer error(int status, const std::string& code) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = fmt::format(R"({{"errors":[{{"code":"{}","message":"as said"}}]}})", code)};
}

std::string query(const SeenRequest& request, const std::string& key) {
  const auto mark = request.target.find('?');
  if (mark == std::string::npos) return {};
  for (const std::string& pair : split(request.target.substr(mark + 1), '&')) {
    const auto equals = pair.find('=');
    if (pair.substr(0, equals) != key || equals == std::string::npos) continue;
    std::string value;
    for (std::size_t i = equals + 1; i < pair.size(); ++i) {
      if (pair[i] != '%') {
        value += pair[i];
        continue;
      }
      value += static_cast<char>(std::stoi(pair.substr(i + 1, 2), nullptr, 16));
      i += 2;
    }
    return value;
  }
  return {};
}

/// Those of the sorted `names` that follow `last`: `n` of them, or `limit`. The answer gets a Link
/// to the next page if there is one.
std::vector<std::string> page_of(const SeenRequest& request, const std::vector<std::string>& names,
                                 std::size_t limit, Answer& answer) {
  const std::string n = query(request, "n");
  if (!n.empty()) limit = std::stoul(n);
  const auto first = std::upper_bound(names.begin(), names.end(), query(request, "last"));
  const auto rest = static_cast<std::size_t>(names.end() - first);
  std::vector<std::string> page(first, first + static_cast<std::ptrdiff_t>(std::min(rest, limit)));
  if (page.size() < rest && !page.empty()) {
    const std::string type = query(request, "artifactType");
    answer.headers.emplace_back(
        "Link", fmt::format("<{}?n={}&last={}{}>; rel=\"next\"", request.path(), limit, page.back(),
                            type.empty() ? "" : "&artifactType=" + type));
  }
  return page;
}

/// A part of `content`, as Range asks.
Answer ranged(const SeenRequest& request, const std::string& content) {
  const std::string range = request.header("range");
  if (range.empty()) return {.body = content};
  const std::size_t first = std::stoul(range.substr(std::string("bytes=").size()));
  if (first >= content.size()) return {.status = 416};
  return {.status = 206,
          .headers = {{"Content-Range",
                       fmt::format("bytes {}-{}/{}", first, content.size() - 1, content.size())}},
          .body = content.substr(first)};
}

}  // namespace

std::size_t FakeRegistry::count(const std::string& method, const std::string& part) {
  const auto all = server_.seen();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [&](const SeenRequest& request) {
        return request.method == method && request.target.find(part) != std::string::npos;
      }));
}

void FakeRegistry::set_fault(std::function<std::optional<Answer>(const SeenRequest&)> fault) {
  const std::lock_guard lock(mutex_);
  fault_ = std::move(fault);
}

void FakeRegistry::require(const std::string& authorization, const std::string& challenge) {
  const std::lock_guard lock(mutex_);
  authorization_ = authorization;
  challenge_ = challenge;
}

void FakeRegistry::append_upload(const SeenRequest& patch) {
  const std::lock_guard lock(mutex_);
  const std::string path = patch.path();
  uploads_.at(path.substr(path.rfind('/') + 1)).content += patch.body;
}

std::string FakeRegistry::put_blob(const std::string& repository, const std::string& content) {
  std::string digest = digest_of(content).str();
  const std::lock_guard lock(mutex_);
  blobs_[repository + "@" + digest] = content;
  return digest;
}

std::string FakeRegistry::put_manifest(const std::string& repository, const std::string& tag,
                                       const std::string& content, const std::string& type) {
  std::string digest = digest_of(content).str();
  const std::lock_guard lock(mutex_);
  manifests_[repository + "@" + digest] = {type, content};
  if (!tag.empty()) tags_[repository + ":" + tag] = digest;
  return digest;
}

std::optional<std::string> FakeRegistry::find_blob(const std::string& repository,
                                                   const std::string& digest) {
  const std::lock_guard lock(mutex_);
  const auto found = blobs_.find(repository + "@" + digest);
  if (found == blobs_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> FakeRegistry::find_manifest(const std::string& repository,
                                                       const std::string& tag) {
  const std::lock_guard lock(mutex_);
  const auto found = tags_.find(repository + ":" + tag);
  if (found == tags_.end()) return std::nullopt;
  return manifests_.at(repository + "@" + found->second).content;
}

Answer FakeRegistry::handle(const SeenRequest& request) {
  std::function<std::optional<Answer>(const SeenRequest&)> fault;
  {
    const std::lock_guard lock(mutex_);
    fault = fault_;
  }
  if (fault) {
    if (auto answer = fault(request)) return *std::move(answer);
  }
  const std::lock_guard lock(mutex_);
  if (!authorization_.empty() && request.header("authorization") != authorization_) {
    Answer denied = error(401, "UNAUTHORIZED");
    denied.headers.emplace_back("WWW-Authenticate", challenge_);
    return denied;
  }
  return route(request);
}

Answer FakeRegistry::route(const SeenRequest& request) {
  const std::string path = request.path();
  if (path == "/v2/") return {.body = "{}"};
  if (path == "/v2/_catalog") return catalog(request);
  const auto part = [&](const std::string& mark, std::string& before, std::string& after) {
    const auto at = path.find(mark);
    if (!path.starts_with("/v2/") || at == std::string::npos) return false;
    before = path.substr(4, at - 4);
    after = path.substr(at + mark.size());
    return true;
  };
  std::string repository;
  std::string rest;
  if (part("/blobs/uploads/", repository, rest)) {
    return rest.empty() ? begin_upload(request, repository) : upload(request, rest);
  }
  if (part("/blobs/", repository, rest)) return blob(request, repository, rest);
  if (part("/manifests/", repository, rest)) return manifest(request, repository, rest);
  if (part("/tags/list", repository, rest)) return tags(request, repository);
  if (part("/referrers/", repository, rest)) return referrers(request, repository, rest);
  return error(404, "UNSUPPORTED");
}

Answer FakeRegistry::blob(const SeenRequest& request, const std::string& repository,
                          const std::string& digest) {
  const auto found = blobs_.find(repository + "@" + digest);
  if (found == blobs_.end()) return error(404, "BLOB_UNKNOWN");
  return ranged(request, found->second);
}

Answer FakeRegistry::begin_upload(const SeenRequest& request, const std::string& repository) {
  const auto mounted = blobs_.find(query(request, "from") + "@" + query(request, "mount"));
  if (mounted != blobs_.end()) {
    blobs_[repository + "@" + query(request, "mount")] = mounted->second;
    return {.status = 201};
  }
  const std::string id = std::to_string(next_upload_++);
  uploads_[id] = {repository, ""};
  Answer answer{
      .status = 202,
      .headers = {{"Location", fmt::format("/v2/{}/blobs/uploads/{}?state=x", repository, id)},
                  {"Range", "0-0"}}};
  if (least_chunk_ > 0) {
    answer.headers.emplace_back("OCI-Chunk-Min-Length", std::to_string(least_chunk_));
  }
  return answer;
}

Answer FakeRegistry::upload(const SeenRequest& request, const std::string& id) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) return error(404, "BLOB_UPLOAD_UNKNOWN");
  Upload& upload = found->second;
  if (request.method == "DELETE") {
    uploads_.erase(found);
    return {.status = 204};
  }
  const std::string range = request.header("content-range");
  if (!range.empty() && std::stoul(range) != upload.content.size()) {
    return error(416, "BLOB_UPLOAD_INVALID");
  }
  upload.content += request.body;
  if (request.method == "PUT") {
    const std::string digest = query(request, "digest");
    if (digest_of(upload.content).str() != digest) return error(400, "DIGEST_INVALID");
    blobs_[upload.repository + "@" + digest] = upload.content;
    uploads_.erase(found);
    return {.status = 201};
  }
  const std::size_t size = upload.content.size();
  return {.status = request.method == "GET" ? 204 : 202,
          .headers = {{"Location", request.target},
                      {"Range", fmt::format("0-{}", size == 0 ? 0 : size - 1)}}};
}

Answer FakeRegistry::manifest(const SeenRequest& request, const std::string& repository,
                              const std::string& reference) {
  if (request.method == "PUT") return put(request, repository, reference);
  const auto tag = tags_.find(repository + ":" + reference);
  const std::string digest = tag == tags_.end() ? reference : tag->second;
  if (request.method == "DELETE" && tag != tags_.end()) {
    tags_.erase(tag);
    return {.status = 202};
  }
  const auto found = manifests_.find(repository + "@" + digest);
  if (found == manifests_.end()) return error(404, "MANIFEST_UNKNOWN");
  if (request.method == "DELETE") {
    manifests_.erase(found);
    std::erase_if(tags_, [&](const auto& item) { return item.second == digest; });
    return {.status = 202};
  }
  return {.headers = {{"Content-Type", found->second.type}, {"Docker-Content-Digest", digest}},
          .body = found->second.content};
}

Answer FakeRegistry::put(const SeenRequest& request, const std::string& repository,
                         const std::string& reference) {
  const std::string digest = digest_of(request.body).str();
  const bool by_digest = reference.find(':') != std::string::npos;
  if (by_digest && reference != digest) return error(400, "DIGEST_INVALID");
  const Json document = parse_json(request.body, "manifest");
  for (const char* key : {"config", "layers"}) {
    if (!document.contains(key)) continue;
    const Json list = document[key].is_array() ? document[key] : Json::array({document[key]});
    for (const Json& blob : list) {
      const auto name = repository + "@" + blob["digest"].get<std::string>();
      if (!blobs_.contains(name)) return error(400, "MANIFEST_BLOB_UNKNOWN");
    }
  }
  manifests_[repository + "@" + digest] = {request.header("content-type"), request.body};
  if (!by_digest) tags_[repository + ":" + reference] = digest;
  Answer answer{.status = 201, .headers = {{"Docker-Content-Digest", digest}}};
  if (referrers_api_ && document.contains("subject")) {
    answer.headers.emplace_back("OCI-Subject", document["subject"]["digest"].get<std::string>());
  }
  return answer;
}

Answer FakeRegistry::tags(const SeenRequest& request, const std::string& repository) {
  std::vector<std::string> names;
  for (const auto& [name, digest] : tags_) {
    if (name.starts_with(repository + ":")) names.push_back(name.substr(repository.size() + 1));
  }
  if (names.empty()) return error(404, "NAME_UNKNOWN");
  Answer answer;
  const auto page = page_of(request, names, 100, answer);
  answer.body = Json{{"name", repository}, {"tags", page}}.dump();
  return answer;
}

Answer FakeRegistry::catalog(const SeenRequest& request) {
  std::set<std::string> names;
  for (const auto& [name, manifest] : manifests_) names.insert(name.substr(0, name.find('@')));
  Answer answer;
  const auto page = page_of(request, {names.begin(), names.end()}, 100, answer);
  answer.body = Json{{"repositories", page}}.dump();
  return answer;
}

Answer FakeRegistry::referrers(const SeenRequest& request, const std::string& repository,
                               const std::string& subject) {
  if (!referrers_api_) return error(404, "UNSUPPORTED");
  const std::string type = referrers_filter_ ? query(request, "artifactType") : "";
  std::map<std::string, Json> found;
  for (const auto& [name, manifest] : manifests_) {
    const Json document = parse_json(manifest.content, "manifest");
    if (!name.starts_with(repository + "@") || !document.contains("subject") ||
        document["subject"]["digest"] != subject) {
      continue;
    }
    const std::string digest = name.substr(repository.size() + 1);
    Json entry{{"mediaType", manifest.type}, {"digest", digest}, {"size", manifest.content.size()}};
    if (document.contains("artifactType")) entry["artifactType"] = document["artifactType"];
    if (document.contains("annotations")) entry["annotations"] = document["annotations"];
    if (type.empty() || entry.value("artifactType", "") == type) found[digest] = entry;
  }
  std::vector<std::string> digests;
  for (const auto& [digest, entry] : found) digests.push_back(digest);
  Answer answer{.headers = {{"Content-Type", "application/vnd.oci.image.index.v1+json"}}};
  if (!type.empty()) answer.headers.emplace_back("OCI-Filters-Applied", "artifactType");
  Json manifests = Json::array();
  for (const std::string& digest : page_of(request, digests, referrers_page_, answer)) {
    manifests.push_back(found.at(digest));
  }
  answer.body = Json{
      {"schemaVersion", 2},
      {"mediaType", "application/vnd.oci.image.index.v1+json"},
      {"manifests",
       manifests}}.dump();
  return answer;
}

}  // namespace lade
