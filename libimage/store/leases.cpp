#include "libimage/store/leases.h"

#include "libimage/base/file.h"
#include "libimage/base/text.h"
#include "libimage/store/listing.h"

// How a collection and a running command stay out of each other's way.
//
// The danger is a command that sees a blob, relies on it, and names an image that needs it, while a
// collection that found no use for the blob removes it in between. So a command holds a lease: a
// file of digests that counts as a root while its process lives (session.h). One rule makes it
// sound: *first into the lease, then look.* The line is written under the shared GcLock, and a
// collection holds the lock exclusively from reading the leases until the last removal. Then there
// are only two orders. The line was written before the collection: the collection reads it and
// keeps the blob. Or after: then the blob has already gone when the command looks, and the command
// makes it anew. A new blob's line is likewise written before the blob is renamed into place.
//
// A line costs a command one append (of a file in memory, never synced: leases need not outlive the
// machine), and each digest only once; it is not held up while a collection deletes files, since
// those are moved away under the lock and deleted after it.
//
// Rows are written under the shared lock, too: `set_name` looks whether the image is whole and
// writes the name in one hold, so that it is sound even for callers without a lease, who may get
// `not_found` where a lease would have kept a blob for them.
namespace lade {
namespace {

constexpr std::string_view blob_word = "blob ";
constexpr std::string_view snapshot_word = "snapshot ";
constexpr std::uint64_t container_lease_limit_bytes = 1U << 20U;

class SessionLease final : public Lease {
 public:
  explicit SessionLease(std::shared_ptr<Session> session) : session_(std::move(session)) {
    session_->hold();
  }
  SessionLease(const SessionLease&) = delete;
  SessionLease& operator=(const SessionLease&) = delete;
  ~SessionLease() override { session_->drop_hold(); }

  void add(const Digest& blob) override { session_->protect(blob_line(blob)); }
  void add_snapshot(const Digest& chain_id) override { session_->protect(snapshot_line(chain_id)); }

 private:
  std::shared_ptr<Session> session_;
};

class EmptyLease final : public Lease {
 public:
  void add(const Digest&) override {}
  void add_snapshot(const Digest&) override {}
};

void take_line(std::string_view line, Leased& leased) {
  const bool snapshot = line.starts_with(snapshot_word);
  if (!snapshot && !line.starts_with(blob_word)) return;
  line.remove_prefix(snapshot ? snapshot_word.size() : blob_word.size());
  const auto digest = Digest::try_parse(line);
  if (digest) (snapshot ? leased.snapshots : leased.blobs).insert(*digest);
}

}  // namespace

std::unique_ptr<Lease> make_lease(std::shared_ptr<Session> session) {
  return std::make_unique<SessionLease>(std::move(session));
}

std::unique_ptr<Lease> make_empty_lease() { return std::make_unique<EmptyLease>(); }

std::string blob_line(const Digest& blob) { return fmt::format("{}{}", blob_word, blob.str()); }

std::string snapshot_line(const Digest& chain_id) {
  return fmt::format("{}{}", snapshot_word, chain_id.str());
}

Leased read_leases(const StoreLayout& layout) {
  Leased leased;
  for (const FoundSession& session : find_sessions(layout)) {
    for (const std::string& line : session.lease_lines) take_line(line, leased);
  }
  for (const std::string& container : list_directory(layout.containers())) {
    const auto text = find_file(fmt::format("{}/{}/lease", layout.containers(), container),
                                container_lease_limit_bytes);
    for (const std::string& line : split(text.value_or(""), '\n')) take_line(line, leased);
  }
  return leased;
}

}  // namespace lade
