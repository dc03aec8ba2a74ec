#pragma once
#include <libpq-fe.h>

/// The five characters of SQLSTATE, or NULL. (`PG_DIAG_SQLSTATE` is a macro that Swift does not see.)
static inline const char *usher_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}
