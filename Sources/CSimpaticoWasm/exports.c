// What every browser product lets a page do beside its own calls: write a command into memory.
#include "CSimpaticoWasm.h"

uint64_t simpatico_place(const void *bytes, size_t count) {
  return (uint64_t)(uintptr_t)bytes << 32 | (uint32_t)count;
}

#ifdef __wasm__
void *malloc(size_t count);
void free(void *pointer);

void *simpatico_alloc(int32_t count) { return count < 0 ? 0 : malloc((size_t)count); }

void simpatico_free(void *pointer) { free(pointer); }
#endif
