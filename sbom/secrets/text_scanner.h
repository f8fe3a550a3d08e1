#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sbom/secrets/file_kind.h"
#include "sbom/secrets/layer_secrets.h"
#include "sbom/secrets/secret_rules.h"

namespace lade::sbom {

/// Finds the secrets of one text after the other, each given in pieces of any size; where they are
/// cut makes no difference. Memory does not grow with the text. Not for several threads at once.
class TextScanner {
 public:
  /// What is kept of one rule in one text; what comes behind that is not looked at.
  static constexpr std::size_t finds_limit = 100;

  explicit TextScanner(const SecretRules& rules);

  /// A file of an image. Only its first `limit_bytes` are searched.
  void begin_file(std::string path, std::uint64_t limit_bytes);
  /// A text of the image's configuration, which is called that.
  void begin_config(std::string name);
  /// False once no more of the text is wanted.
  bool write(std::string_view bytes);
  /// What was found, in the order of the text.
  std::vector<FoundSecret> end();

  /// Of the last text: was more found than `finds_limit`, or was it longer than `limit_bytes`?
  bool has_too_many() const { return has_too_many_; }
  bool is_cut() const { return is_cut_; }

 private:
  /// A part of the buffer that a rule has to read.
  struct Region {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  /// What is known of a rule in this text.
  struct RuleState {
    enum class Use : unsigned char { unknown, used, unused };
    Use use = Use::unknown;
    std::size_t finds = 0;
    std::uint64_t read_to = 0;  ///< offset behind the last match
    Region region{};            ///< that is to be read; empty for none
  };
  struct Found {
    std::uint16_t rule = 0;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    FoundSecret secret{};
  };

  void begin(std::string name);
  bool is_used(std::uint16_t rule);
  void scan(bool is_last);
  void widen(std::uint16_t rule, Region region);
  void read_region(std::uint16_t rule);
  void keep(std::uint16_t rule, std::string_view match, std::string_view secret);
  void number_lines(std::size_t first_found);
  void forget(std::size_t bytes);

  const SecretRules rules_;
  std::string name_;
  bool is_config_ = false;
  std::uint64_t left_bytes_ = 0;
  std::optional<FileKind> kind_;
  bool has_too_many_ = false;
  bool is_cut_ = false;

  std::string buffer_;
  std::size_t filled_ = 0;        ///< bytes of the buffer that are the text's
  std::size_t judged_ = 0;        ///< keywords that begin before that were dealt with
  std::uint64_t offset_ = 0;      ///< of the buffer in the text
  std::uint64_t lines_ = 0;       ///< that ended before the buffer
  std::uint64_t line_begin_ = 0;  ///< offset of the line that the buffer begins in

  std::vector<KeywordHit> hits_;
  std::vector<RuleState> states_;
  std::vector<std::uint16_t> touched_;  ///< rules with a region
  std::vector<Found> found_;
};

}  // namespace lade::sbom
