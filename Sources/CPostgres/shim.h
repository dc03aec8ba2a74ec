#pragma once
#include <libpq-fe.h>

// The names of fields are macros that Swift does not see.

/// The five characters of SQLSTATE, or NULL.
static inline const char *usher_sqlstate(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/// What went wrong, without the values that the detail shows; or NULL.
static inline const char *usher_primary_message(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

/// The constraint that was to be broken, or NULL.
static inline const char *usher_constraint(const PGresult *result) {
    return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
}
