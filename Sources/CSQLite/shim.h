#include <sqlite3.h>

/// `sqlite3_config` takes a variable number of arguments, which Swift cannot import.
static inline int csqlite_keep_account_of_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 1); }
