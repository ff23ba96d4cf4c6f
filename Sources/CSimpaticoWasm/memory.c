// The memory functions of the C library, and the 128-bit arithmetic of compiler-rt, for wasm32.
#ifdef __wasm__
typedef unsigned char byte;
typedef unsigned int word;
typedef unsigned long long doubleword;
typedef unsigned __int128 quadword;
typedef __SIZE_TYPE__ size_t;

int memcmp(const void *left, const void *right, size_t count) {
  const byte *a = left, *b = right;
  for (; count; count--, a++, b++) {
    if (*a != *b) return *a - *b;
  }
  return 0;
}

// With -mbulk-memory each of these is one instruction (memory.copy, memory.fill), never a call to
// itself.
void *memcpy(void *to, const void *from, size_t count) {
  return __builtin_memcpy(to, from, count);
}
void *memmove(void *to, const void *from, size_t count) {
  return __builtin_memmove(to, from, count);
}
void *memset(void *to, int value, size_t count) { return __builtin_memset(to, value, count); }

typedef union {
  quadword whole;
  struct { doubleword low, high; } part;
} parts;

static quadword join(doubleword low, doubleword high) {
  parts joined;
  joined.part.low = low;
  joined.part.high = high;
  return joined.whole;
}

quadword __multi3(quadword left, quadword right) {
  parts a = {left}, b = {right};
  doubleword a0 = (word)a.part.low, a1 = a.part.low >> 32;
  doubleword b0 = (word)b.part.low, b1 = b.part.low >> 32;
  doubleword p0 = a0 * b0, p1 = a1 * b0 + (p0 >> 32), p2 = a0 * b1 + (word)p1;
  doubleword high = a1 * b1 + (p1 >> 32) + (p2 >> 32);
  return join(p2 << 32 | (word)p0, high + a.part.high * b.part.low + a.part.low * b.part.high);
}

quadword __ashlti3(quadword value, int shift) {
  parts v = {value};
  if (shift & 64) return join(0, v.part.low << (shift & 63));
  if (!shift) return value;
  return join(v.part.low << shift, v.part.high << shift | v.part.low >> (64 - shift));
}

quadword __lshrti3(quadword value, int shift) {
  parts v = {value};
  if (shift & 64) return join(v.part.high >> (shift & 63), 0);
  if (!shift) return value;
  return join(v.part.low >> shift | v.part.high << (64 - shift), v.part.high >> shift);
}
#endif
