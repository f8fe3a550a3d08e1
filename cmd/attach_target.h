#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cmd/session.h"
#include "libimage/base/file_lock.h"
#include "libimage/image/interfaces.h"
#include "signing/image/cosign_tag.h"

namespace lade::cmd {

/// An image that something is to be attached to, where it is.
struct AttachTarget {
  std::string name;
  std::unique_ptr<ImageDestination> destination;
  signing::SourceOpener open;      ///< sees what changed since
  std::optional<FileLock> lock{};  ///< of `lock_attaching`
  /// What the name stands for and, if that was asked for and it is an index, the manifests it
  /// lists.
  std::vector<Descriptor> subjects{};
  std::string docker_reference{};  ///< the name with its tag; empty where images have no such name
};

/// Held by whoever of this user attaches something on this machine: what is read, changed and
/// written anew is then not lost to a neighbour, however slow either is.
FileLock lock_attaching(Session& session);

/// `recursive`: the images of an index, too, as far as the source has them.
AttachTarget open_attach_target(Session& session, const std::string& image, bool recursive);

/// The same of an image whose name is taken apart already.
AttachTarget open_attach_target(Session& session, const ImageName& name,
                                const TransportContext& context);

/// The manifest that a name stands for and, recursively, those in it.
std::vector<Descriptor> list_subjects(ImageSource& source, bool recursive);

/// The repository that an image with this name (as ImageSource::name has it) is in, with its
/// registry; empty where images have no such name.
std::string repository_of(const std::string& image);

}  // namespace lade::cmd
