#pragma once

#include "sbom/model/coder.h"
#include "sbom/vuln/database.h"

// How records of a provider's file are coded (sbom/model/coder.h).
namespace lade {

template <class Coder, sbom::FieldsOf<Timestamp> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.seconds);
}

}  // namespace lade

namespace lade::sbom {

constexpr FixState last_of(FixState) { return FixState::not_affected; }
constexpr ProviderKind last_of(ProviderKind) { return ProviderKind::kev; }
constexpr VersionEvent::Kind last_of(VersionEvent::Kind) { return VersionEvent::Kind::limit; }

template <class Coder, FieldsOf<VersionEvent> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.kind);
  coder.field(value.version);
}

template <class Coder, FieldsOf<SeverityClaim> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.scheme);
  coder.field(value.value);
  coder.field(value.source);
}

/// Ecosystem and name are where it is found.
template <class Coder, FieldsOf<AffectedPackage> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.state);
  coder.field(value.ranges);
  coder.field(value.versions);
  coder.field(value.module);
  coder.field(value.note);
  coder.field(value.severities);
}

/// Without what has its own place: `affected`, and the texts.
template <class Coder, FieldsOf<Advisory> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.id);
  coder.field(value.aliases);
  coder.field(value.published);
  coder.field(value.modified);
  coder.field(value.withdrawn);
  coder.field(value.severities);
  coder.field(value.cwes);
}

template <class Coder, FieldsOf<ProviderInfo> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.name);
  coder.field(value.kind);
  coder.field(value.data_time);
  coder.field(value.ecosystems);
  coder.field(value.advisories);
  coder.field(value.packages);
}

template <class Coder, FieldsOf<KevEntry> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.added);
  coder.field(value.due);
  coder.field(value.ransomware);
}

/// Ecosystem and name of what is affected are the key.
template <class Coder, FieldsOf<AdvisoryMatch> V>
void code_fields(Coder& coder, V& value) {
  coder.field(value.advisory);
  coder.field(value.affected);
}

}  // namespace lade::sbom
