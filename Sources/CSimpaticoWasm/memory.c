#include "CSimpaticoWasm.h"
void simpatico_placeholder(void) {}
