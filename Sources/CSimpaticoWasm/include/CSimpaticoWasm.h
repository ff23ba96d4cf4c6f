// What Embedded Swift asks of a C library on wasm32, and nothing else. Elsewhere the platform has
// it.
#ifndef C_SIMPATICO_WASM_H
#define C_SIMPATICO_WASM_H

#include <stddef.h>

// Bytes that are allocated now, headers included; 0 where the platform does not tell.
size_t simpatico_bytes_in_use(void);

#endif
