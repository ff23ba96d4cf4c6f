// What Embedded Swift asks of a C library on wasm32, and nothing else. Elsewhere the platform has
// it.
#ifndef C_SIMPATICO_WASM_H
#define C_SIMPATICO_WASM_H

#include <stddef.h>
#include <stdint.h>

// Bytes that are allocated now, headers included; 0 where the platform does not tell.
size_t simpatico_bytes_in_use(void);

// Where bytes are, in one number: the address in the high half, the count in the low one.
uint64_t simpatico_place(const void *bytes, size_t count);

#endif
