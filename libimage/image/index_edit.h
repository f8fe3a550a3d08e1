#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libimage/image/interfaces.h"
#include "libimage/oci/index.h"

namespace lade {

/// What somebody says of an image where an index lists it; what is empty stays as it is.
struct InstanceWords {
  std::string os{};
  std::string architecture{};
  std::string variant{};
  std::string os_version{};
  std::vector<std::string> os_features{};
  std::vector<std::string> features{};  ///< of the processor
  Annotations annotations{};            ///< added to those there are

  bool says_anything() const;
  bool operator==(const InstanceWords&) const = default;
};

/// Adds an entry; one of the same digest gives it its place.
void put_instance(Index& index, const Descriptor& entry);

/// Changes an entry. `invalid` if it then has an operating system without an architecture or the
/// other way round.
void describe_instance(Descriptor& entry, const InstanceWords& words);

/// The entry that a word means: a digest, or a platform ("linux/arm64") that one entry alone is
/// for, with whatever version and features the word does not speak of. `not_found` lists what there
/// is, `conflict` those it may mean.
Descriptor& find_entry(Index& index, std::string_view word);

/// The entry that an image gets: with the platform of its configuration, or the type of an
/// artifact.
Descriptor make_entry(ImageSource& source, const RawManifest& manifest);

}  // namespace lade
