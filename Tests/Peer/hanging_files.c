// Loaded before a program (LD_PRELOAD), it makes the opening of some files wait, as a file system
// does whose server has gone. HANGING_FOLDER names where they are; they hang for as long as there
// is a file called `hang` beside that folder.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void wait_for(const char *path) {
  const char *folder = getenv("HANGING_FOLDER");
  if (!folder || strncmp(path, folder, strlen(folder)) != 0) return;
  char mark[4096];
  snprintf(mark, sizeof mark, "%s/../hang", folder);
  while (access(mark, F_OK) == 0) usleep(20000);
}

#define OPENER(name)                                                             \
  int name(const char *path, int flags, ...) {                                   \
    static int (*original)(const char *, int, ...);                              \
    if (!original) *(void **)&original = dlsym(RTLD_NEXT, #name);                \
    va_list rest;                                                                \
    va_start(rest, flags);                                                       \
    int mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, int) : 0;            \
    va_end(rest);                                                                \
    wait_for(path);                                                              \
    return original(path, flags, mode);                                          \
  }

OPENER(open)
OPENER(open64)
