#pragma once

#include <locale.h>

namespace lade {

/// The calling thread is in the C locale while one of these lives. libarchive would otherwise turn
/// the names of pax headers into the process's charset and normalise them on the way.
class CLocale {
 public:
  CLocale() : previous_(uselocale(c_locale())) {}
  CLocale(const CLocale&) = delete;
  CLocale& operator=(const CLocale&) = delete;
  ~CLocale() { uselocale(previous_); }

 private:
  static locale_t c_locale() {
    static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
    return locale;
  }

  locale_t previous_;
};

}  // namespace lade
