#include "builder/exec/fetch_tree.h"

#include <fcntl.h>

#include "libimage/base/error.h"
#include "libimage/base/file.h"
#include "libimage/base/url.h"
#include "libimage/layer/layer_path.h"
#include "libimage/stream/digester.h"

namespace lade::builder {

FetchTree::FetchTree(Workshop& workshop, const RemoteFile& remote, const std::string& destination)
    : url_(without_userinfo(remote.url)),
      directory_(TempDir::adopt(workshop.store->make_work_dir("fetch"))) {
  if (workshop.urls == nullptr) {
    fail(ErrorKind::unavailable, "cannot fetch {}: this build has no network", url_);
  }
  FetchedUrl fetched = workshop.urls->fetch(remote.url);
  spool_ = open_fd(directory_.path() + "/body", O_RDWR | O_CREAT | O_EXCL, 0600);
  FdSink spool(spool_.get(), url_);
  DigestSink sink(&spool);
  std::optional<DigestSink> checked;
  if (remote.checksum && remote.checksum->algorithm() != HashAlgorithm::sha256) {
    checked.emplace(nullptr, remote.checksum->algorithm());
    TeeSink both(sink, *checked);
    copy(*fetched.body, both);
  } else {
    copy(*fetched.body, sink);
  }
  content_ = sink.digest();
  if (remote.checksum) {
    const Digest got = checked ? checked->digest() : *content_;
    if (got != *remote.checksum) {
      fail(ErrorKind::corrupt, "{}: wanted {}, got {}", url_, remote.checksum->str(), got.str());
    }
  }
  workshop.materials->add(material_of(remote.url, *content_));
  file_.path = fetched.file_name;
  if (file_.path.empty()) {
    if (destination.ends_with('/')) {
      fail(ErrorKind::invalid, "cannot tell a file name from {}: name the destination in full",
           url_);
    }
    file_.path = std::string(base_name(destination));
  }
  file_.mode = 0600;
  file_.size_bytes = sink.size_bytes();
  file_.mtime = fetched.last_modified.value_or(workshop.now);
}

std::optional<Entry> FetchTree::find(std::string_view path) {
  if (path == file_.path) return file_;
  return std::nullopt;
}

std::vector<Entry> FetchTree::list(std::string_view directory) {
  if (directory.empty()) return {file_};
  return {};
}

std::vector<Digest> FetchTree::hash(std::span<const Entry> files) {
  return std::vector<Digest>(files.size(), *content_);
}

std::unique_ptr<lade::Source> FetchTree::open(const Entry&) {
  return std::make_unique<RangeSource>(spool_.get(), 0, file_.size_bytes, url_);
}

}  // namespace lade::builder
