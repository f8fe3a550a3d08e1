#pragma once

#include <memory>
#include <set>

#include "libimage/store/session.h"
#include "libimage/store/store.h"

namespace lade {

/// A hold on a session's lease.
std::unique_ptr<Lease> make_lease(std::shared_ptr<Session> session);
/// For a store that is only read: nobody can be kept from collecting there.
std::unique_ptr<Lease> make_empty_lease();

std::string blob_line(const Digest& blob);
std::string snapshot_line(const Digest& chain_id);

/// What leases keep.
struct Leased {
  std::set<Digest> blobs;
  std::set<Digest> snapshots;
};

/// Reads every live lease; the caller holds the GcLock exclusively. Those in containers/*/lease
/// count as long as the file is there.
Leased read_leases(const StoreLayout& layout);

}  // namespace lade
