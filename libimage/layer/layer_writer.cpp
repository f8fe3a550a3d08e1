#include "libimage/layer/layer_writer.h"

#include <string>

#include "libimage/archive/tar_writer.h"
#include "libimage/base/error.h"
#include "libimage/base/text.h"
#include "libimage/layer/layer_path.h"
#include "libimage/layer/toc_builder.h"
#include "libimage/oci/hasher.h"
#include "libimage/stream/digester.h"

namespace lade {

struct LayerWriter::State {
  State(Sink& blob, const EncoderOptions& options)
      : encoder(make_encoder(blob, options)), tar_bytes(encoder.get()), tar(tar_bytes) {}

  /// The member under its canonical name; refuses one out of order.
  Entry accept(const Entry& entry) {
    Entry canonical = entry;
    canonical.path = normalize_layer_path(entry.path);
    if (entry.type == EntryType::hardlink) {
      canonical.link_target = normalize_layer_path(entry.link_target);
    }
    if (members > 0 && !path_less(last_path, canonical.path)) {
      fail(ErrorKind::internal, "layer member {} comes after {}, out of order",
           printable(canonical.path), printable(last_path));
    }
    last_path = canonical.path;
    ++members;
    return canonical;
  }

  /// As the archive spells a name: only the root needs another spelling.
  static Entry as_archived(Entry entry) {
    if (entry.path.empty()) entry.path = "./";
    return entry;
  }

  std::unique_ptr<Encoder> encoder;
  DigestSink tar_bytes;
  TarWriter tar;
  TocBuilder toc;
  std::string last_path;
  std::uint64_t members = 0;
};

LayerWriter::LayerWriter(Sink& blob, const EncoderOptions& options)
    : state_(std::make_unique<State>(blob, options)) {}
LayerWriter::LayerWriter(LayerWriter&&) noexcept = default;
LayerWriter::~LayerWriter() = default;

void LayerWriter::add(const Entry& entry) {
  const Entry member = state_->accept(entry);
  state_->tar.add(State::as_archived(member));
  std::optional<Digest> content;
  if (member.type == EntryType::file) content = digest_of(std::string_view());
  state_->toc.add(member, content, std::nullopt);
}

void LayerWriter::add(const Entry& entry, Source& data) {
  const Entry member = state_->accept(entry);
  DigestSource digested(data);
  const std::uint64_t offset = state_->tar.add(State::as_archived(member), digested);
  state_->toc.add(member, digested.digest(), offset);
}

WrittenLayer LayerWriter::finish() {
  state_->tar.finish();
  state_->encoder->finish();
  const std::uint64_t size_bytes = state_->tar_bytes.size_bytes();
  WrittenLayer written;
  written.toc = state_->toc.finish(state_->tar_bytes.digest(), size_bytes);
  written.frames = state_->encoder->frames();
  written.members = state_->members;
  return written;
}

}  // namespace lade
