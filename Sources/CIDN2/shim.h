#pragma once
#include <idn2.h>
#include <stdint.h>

/// A domain's A-labels as UTS #46 maps them (nontransitional, STD3 rules). The caller frees `out` by `idn2_free`.
static inline int usher_idn_mapped(const uint8_t *name, uint8_t **out) {
    return idn2_lookup_u8(name, out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES);
}

/// A domain's A-labels as IDNA2008 allows them, with no mapping. The caller frees `out` by `idn2_free`.
static inline int usher_idn_strict(const uint8_t *name, uint8_t **out) {
    return idn2_lookup_u8(name, out, IDN2_NFC_INPUT | IDN2_NO_TR46 | IDN2_USE_STD3_ASCII_RULES);
}

/// A domain's U-labels. The caller frees `out` by `idn2_free`.
static inline int usher_idn_unicode(const char *name, char **out) {
    return idn2_to_unicode_8z8z(name, out, 0);
}
