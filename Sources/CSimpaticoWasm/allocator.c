// A small allocator for one thread on wasm32: no imports, no start-up code.
//
// Each block has a header of 8 bytes in front: the size of the whole block, and for an over-aligned
// block the distance back to its true payload. Blocks up to 1 KiB come in multiples of 16 bytes
// from a free list for each size. Larger ones come first-fit from one list in address order, whose
// neighbours are joined when they are freed. Small blocks are carved from 16 KiB of the latter.
#include "CSimpaticoWasm.h"

#ifdef __wasm__
typedef unsigned char byte;
typedef unsigned int word;

#define HEADER 8u
#define SMALLEST 16u
#define SMALL_LIMIT 1024u
#define CARVE_SIZE 16384u
#define PAGE_BITS 16
#define NO_MEMORY ((size_t)-1)
#define ENOMEM 12

#define WORD(address) (*(word *)(address))
#define SIZE(block) WORD(block)
#define SLACK(block) WORD((block) + 4)
#define NEXT(block) WORD((block) + HEADER)

extern byte __heap_base;

static word small_lists[SMALL_LIMIT / SMALLEST + 1];
static word large_list;
static word carve_start, carve_end;
static word heap_end;
static word bytes_in_use;

// A range joins the list of large blocks, and its neighbours where they touch.
static void give(word block, word size) {
  word previous = 0, next = large_list;
  while (next && next < block) {
    previous = next;
    next = NEXT(next);
  }
  if (next && block + size == next) {
    size += SIZE(next);
    next = NEXT(next);
  }
  if (previous && previous + SIZE(previous) == block) {
    SIZE(previous) += size;
    NEXT(previous) = next;
    return;
  }
  SIZE(block) = size;
  NEXT(block) = next;
  if (previous) NEXT(previous) = block; else large_list = block;
}

// The first large block that fits; what is left of it stays in the list.
static word take_from_list(word size) {
  for (word previous = 0, block = large_list; block; previous = block, block = NEXT(block)) {
    word next = NEXT(block);
    if (SIZE(block) < size) continue;
    if (SIZE(block) - size >= 2 * SMALLEST) {
      word rest = block + size;
      SIZE(rest) = SIZE(block) - size;
      NEXT(rest) = next;
      next = rest;
      SIZE(block) = size;
    }
    if (previous) NEXT(previous) = next; else large_list = next;
    return block;
  }
  return 0;
}

// More memory from the host, an eighth of what there is or what is wanted; 0 where there is none.
static int grow(word size) {
  word pages = (word)__builtin_wasm_memory_size(0);
  if (!heap_end) {
    word start = ((word)&__heap_base + SMALLEST - 1) & ~(SMALLEST - 1);
    heap_end = pages << PAGE_BITS;
    if (heap_end > start && heap_end - start >= 2 * SMALLEST) {
      give(start, heap_end - start);
      return 1;
    }
  }
  word wanted = (size + (1u << PAGE_BITS) - 1) >> PAGE_BITS;
  word more = pages / 8 > wanted ? pages / 8 : wanted;
  if (__builtin_wasm_memory_grow(0, more) == NO_MEMORY) {
    more = wanted;
    if (__builtin_wasm_memory_grow(0, more) == NO_MEMORY) return 0;
  }
  give(pages << PAGE_BITS, more << PAGE_BITS);
  return 1;
}

static word take_large(word size) {
  for (;;) {
    word block = take_from_list(size);
    if (block) return block;
    if (!grow(size)) return 0;
  }
}

static word take_small(word size) {
  word block = small_lists[size / SMALLEST];
  if (block) {
    small_lists[size / SMALLEST] = NEXT(block);
    return block;
  }
  if (carve_end - carve_start < size) {
    if (carve_end != carve_start) {  // the rest is smaller than this request and serves others
      word rest = carve_end - carve_start;
      SIZE(carve_start) = rest;
      NEXT(carve_start) = small_lists[rest / SMALLEST];
      small_lists[rest / SMALLEST] = carve_start;
    }
    carve_start = carve_end = 0;
    word range = take_large(CARVE_SIZE);
    if (!range) return 0;
    carve_start = range;
    carve_end = range + SIZE(range);
  }
  block = carve_start;
  carve_start += size;
  SIZE(block) = size;
  return block;
}

void *malloc(size_t wanted) {
  if (wanted > 0x7fff0000u) return 0;
  word size = ((word)wanted + HEADER + SMALLEST - 1) & ~(SMALLEST - 1);
  word block = size <= SMALL_LIMIT ? take_small(size) : take_large(size);
  if (!block) return 0;
  SLACK(block) = 0;
  bytes_in_use += SIZE(block);
  return (void *)(block + HEADER);
}

void free(void *pointer) {
  if (!pointer) return;
  word payload = (word)pointer;
  payload -= WORD(payload - 4);  // an over-aligned payload steps back to its block's own
  word block = payload - HEADER, size = SIZE(block);
  bytes_in_use -= size;
  if (size <= SMALL_LIMIT) {
    NEXT(block) = small_lists[size / SMALLEST];
    small_lists[size / SMALLEST] = block;
  } else {
    give(block, size);
  }
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  if (alignment <= HEADER) {
    *out = malloc(size);
    return *out ? 0 : ENOMEM;
  }
  byte *payload = malloc(size + alignment + HEADER);
  if (!payload) return ENOMEM;
  word aligned = ((word)payload + alignment - 1) & ~(word)(alignment - 1);
  if (aligned != (word)payload) {
    if (aligned - (word)payload < HEADER) aligned += alignment;
    WORD(aligned - 4) = aligned - (word)payload;
  }
  *out = (void *)aligned;
  return 0;
}

size_t simpatico_bytes_in_use(void) { return bytes_in_use; }
#elif defined(__gnu_linux__)
#include <malloc.h>

size_t simpatico_bytes_in_use(void) {
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}
#else
size_t simpatico_bytes_in_use(void) { return 0; }
#endif
