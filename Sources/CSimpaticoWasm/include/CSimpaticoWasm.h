// What Embedded Swift asks of a C library on wasm32, and nothing else. Elsewhere this module is empty.
#ifndef C_SIMPATICO_WASM_H
#define C_SIMPATICO_WASM_H

// Bytes that are allocated now, headers included.
unsigned simpatico_bytes_in_use(void);

#endif
