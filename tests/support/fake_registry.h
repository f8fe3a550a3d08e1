#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "tests/support/http_server.h"

namespace lade {

/// A registry in this process that keeps to the distribution specification but where a test says
/// otherwise.
class FakeRegistry {
 public:
  FakeRegistry() : server_([this](const SeenRequest& request) { return handle(request); }) {}

  std::string host() const { return server_.host(); }
  HttpServer& server() { return server_; }
  std::vector<SeenRequest> seen() { return server_.seen(); }
  /// How many requests of this method went to a path with this in it.
  std::size_t count(const std::string& method, const std::string& part);

  /// Asked first; what it answers is the answer.
  void set_fault(std::function<std::optional<Answer>(const SeenRequest&)> fault);
  /// Without them list_referrers has to use the tag.
  void set_referrers_api(bool there) { referrers_api_ = there; }
  /// Whether the API leaves out what has another type than was asked for, and says so.
  void set_referrers_filter(bool there) { referrers_filter_ = there; }
  /// How many referrers a page has.
  void set_referrers_page(std::size_t entries) { referrers_page_ = entries; }
  /// What OCI-Chunk-Min-Length says; 0: nothing.
  void set_least_chunk(std::size_t bytes) { least_chunk_ = bytes; }
  /// "Basic …" or "Bearer …" that every request must have; empty: none. `challenge` is sent else.
  void require(const std::string& authorization, const std::string& challenge);

  /// As if the body of this PATCH had arrived, for tests that lose the answer.
  void append_upload(const SeenRequest& patch);

  std::string put_blob(const std::string& repository, const std::string& content);
  std::string put_manifest(const std::string& repository, const std::string& tag,
                           const std::string& content, const std::string& type);
  std::optional<std::string> find_blob(const std::string& repository, const std::string& digest);
  std::optional<std::string> find_manifest(const std::string& repository, const std::string& tag);

 private:
  struct Manifest {
    std::string type;
    std::string content;
  };
  struct Upload {
    std::string repository;
    std::string content;
  };

  Answer handle(const SeenRequest& request);
  Answer route(const SeenRequest& request);
  Answer blob(const SeenRequest& request, const std::string& repository, const std::string& digest);
  Answer begin_upload(const SeenRequest& request, const std::string& repository);
  Answer upload(const SeenRequest& request, const std::string& id);
  Answer manifest(const SeenRequest& request, const std::string& repository,
                  const std::string& reference);
  Answer put(const SeenRequest& request, const std::string& repository,
             const std::string& reference);
  Answer tags(const SeenRequest& request, const std::string& repository);
  Answer catalog(const SeenRequest& request);
  Answer referrers(const SeenRequest& request, const std::string& repository,
                   const std::string& subject);

  std::mutex mutex_;
  std::map<std::string, std::string> blobs_;   ///< "repository@digest"
  std::map<std::string, Manifest> manifests_;  ///< "repository@digest"
  std::map<std::string, std::string> tags_;    ///< "repository:tag" -> digest
  std::map<std::string, Upload> uploads_;
  int next_upload_ = 1;
  bool referrers_api_ = true;
  bool referrers_filter_ = false;
  std::size_t referrers_page_ = 100;
  std::size_t least_chunk_ = 0;
  std::string authorization_;
  std::string challenge_;
  std::function<std::optional<Answer>(const SeenRequest&)> fault_;
  HttpServer server_;
};

}  // namespace lade
