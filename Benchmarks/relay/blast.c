// The inner loop of load.mjs: sockets 3, 4, … are registered WebSocket connections. Each keeps so
// many messages in flight, each to a random other one; the arrival of a message lets its sender
// send the next. argv[1] names the plan that load.mjs has written. Prints one JSON object.
//
//   cc -O2 -pthread blast.c -o blast
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
  ID_LENGTH = 43,             // a fingerprint
  TICKET_LENGTH = 16,         // slot and turn in hex, at the start of each box
  STEPS = 32,                 // steps of the histogram within an octave
  BINS = 64 * STEPS,
  READ_LENGTH = 256 * 1024,
  PLAN_NUMBERS = 16,
};

enum { OP_TEXT = 1, OP_BINARY = 2, OP_CLOSE = 8, OP_PING = 9 };

/// What of a message is being looked for.
enum search { FOR_BOX, FOR_TICKET, FOR_REST, FOR_QUOTE };

struct connection {
  int fd;
  // The frame that is being read.
  uint8_t header[14];
  int header_count;
  uint64_t payload_left;
  int opcode;
  uint8_t control[128];
  int control_count;
  // The message in it; brokers put a message of theirs around it, so it is found by its text.
  enum search search;
  int matched;
  char ticket[TICKET_LENGTH];
  int ticket_count;
  uint64_t rest_left;
  // What could not be sent yet.
  uint8_t *out;
  size_t out_start, out_end, out_room;
  int waits_for_room;
};

// The plan, in the order in which it is written.
static struct {
  uint32_t connections, window, box, measured_ms, warm_ms, server_pid;
  uint32_t frame_length, header_length, ticket_at, recipient_count, recipient_at[2];
  uint32_t reserved[3];
  uint8_t mask[4];
} plan;

static char *ids;
static uint8_t *templates;
static struct connection *connections;
static int poller;
static uint64_t *sent_at;     // by slot, of which each connection has as many as its window
static int32_t *recipient_of; // by slot
static uint32_t *turn_of;     // by slot
static uint64_t random_state;
static uint64_t message_count, wrong_count;
static uint64_t histogram[BINS];
static int is_measuring;

static void die(const char *message) {
  fprintf(stderr, "blast: %s\n", message);
  exit(1);
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + (uint64_t)time.tv_nsec;
}

/// Xorshift, which is random enough to choose a recipient.
static uint64_t next_random(void) {
  random_state ^= random_state << 13;
  random_state ^= random_state >> 7;
  random_state ^= random_state << 17;
  return random_state;
}

// MARK: The histogram: logarithmic, with STEPS steps in each octave of nanoseconds.

static int bin_of(uint64_t nanoseconds) {
  if (nanoseconds < STEPS) return (int)nanoseconds;
  int exponent = 63 - __builtin_clzll(nanoseconds);
  int bin = (exponent - 4) * STEPS + (int)((nanoseconds >> (exponent - 5)) & (STEPS - 1));
  return bin < BINS ? bin : BINS - 1;
}

static double nanoseconds_of(int bin) {
  if (bin < STEPS) return bin;
  int exponent = bin / STEPS + 4;
  return ((double)(STEPS + bin % STEPS) + 0.5) * (double)(1ull << (exponent - 5));
}

static double quantile_ms(double part) {
  uint64_t count = 0;
  for (int bin = 0; bin < BINS; bin++) {
    count += histogram[bin];
    if (count && (double)count >= part * (double)message_count) return nanoseconds_of(bin) / 1e6;
  }
  return 0;
}

// MARK: Sending

static void watch(struct connection *connection, int for_room) {
  connection->waits_for_room = for_room;
  struct epoll_event event = {
      .events = EPOLLIN | (for_room ? EPOLLOUT : 0u),
      .data.u32 = (uint32_t)(connection - connections),
  };
  epoll_ctl(poller, EPOLL_CTL_MOD, connection->fd, &event);
}

static void send_waiting(struct connection *connection) {
  while (connection->out_start < connection->out_end) {
    ssize_t count = send(
        connection->fd, connection->out + connection->out_start,
        connection->out_end - connection->out_start, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count > 0) {
      connection->out_start += (size_t)count;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      if (!connection->waits_for_room) watch(connection, 1);
      return;
    } else if (errno != EINTR) {
      die("send failed: the server closed a connection");
    }
  }
  connection->out_start = connection->out_end = 0;
  if (connection->waits_for_room) watch(connection, 0);
}

/// Room for so many more bytes behind what waits.
static uint8_t *room(struct connection *connection, size_t count) {
  if (connection->out_end + count > connection->out_room) {
    connection->out_room = (connection->out_end + count) * 2;
    connection->out = realloc(connection->out, connection->out_room);
    if (!connection->out) die("no memory");
  }
  uint8_t *start = connection->out + connection->out_end;
  connection->out_end += count;
  return start;
}

/// The byte of the mask over a place of a frame; the payload begins with the mask's first.
static uint8_t mask_at(uint32_t place) { return plan.mask[(place - plan.header_length) & 3]; }

/// Sends the next message of a slot: the sender's template with recipient and ticket patched in.
static void emit(uint32_t slot) {
  uint32_t sender = slot / plan.window;
  uint32_t recipient = (uint32_t)(next_random() % (plan.connections - 1));
  if (recipient >= sender) recipient++;
  struct connection *connection = &connections[sender];
  uint8_t *frame = room(connection, plan.frame_length);
  memcpy(frame, templates + (size_t)sender * plan.frame_length, plan.frame_length);
  const char *id = ids + (size_t)recipient * ID_LENGTH;
  for (uint32_t k = 0; k < plan.recipient_count; k++) {
    uint32_t at = plan.recipient_at[k];
    for (uint32_t i = 0; i < ID_LENGTH; i++) frame[at + i] = (uint8_t)id[i] ^ mask_at(at + i);
  }
  uint64_t ticket = (uint64_t)slot << 32 | ++turn_of[slot];
  for (uint32_t i = 0; i < TICKET_LENGTH; i++) {
    uint8_t digit = (uint8_t)"0123456789abcdef"[(ticket >> (60 - 4 * i)) & 15];
    frame[plan.ticket_at + i] = digit ^ mask_at(plan.ticket_at + i);
  }
  recipient_of[slot] = (int32_t)recipient;
  sent_at[slot] = now();
  if (!connection->waits_for_room) send_waiting(connection);
}

static void answer_ping(struct connection *connection) {
  uint8_t *frame = room(connection, 6 + (size_t)connection->control_count);
  frame[0] = 0x8a;
  frame[1] = 0x80 | (uint8_t)connection->control_count;
  memcpy(frame + 2, plan.mask, 4);
  for (int i = 0; i < connection->control_count; i++) {
    frame[6 + i] = connection->control[i] ^ plan.mask[i & 3];
  }
  if (!connection->waits_for_room) send_waiting(connection);
}

// MARK: Receiving

static void arrived(struct connection *connection) {
  uint64_t ticket = 0;
  for (int i = 0; i < TICKET_LENGTH; i++) {
    char digit = connection->ticket[i];
    ticket = ticket << 4 | (uint64_t)((digit <= '9' ? digit - '0' : digit - 'a' + 10) & 15);
  }
  uint32_t slot = (uint32_t)(ticket >> 32);
  int32_t index = (int32_t)(connection - connections);
  if (slot >= plan.connections * plan.window || recipient_of[slot] != index ||
      turn_of[slot] != (uint32_t)ticket) {
    wrong_count++;
    return;
  }
  if (is_measuring) {
    message_count++;
    histogram[bin_of(now() - sent_at[slot])]++;
  }
  emit(slot);
}

/// Looks for messages in the payload of data frames.
static void scan(struct connection *connection, const uint8_t *at, size_t count) {
  static const char mark[] = "\"box\":\"";
  const uint8_t *end = at + count;
  while (at < end) {
    switch (connection->search) {
      case FOR_BOX:
        while (at < end && connection->matched < 7) {
          uint8_t byte = *at++;
          int fits = byte == (uint8_t)mark[connection->matched];
          connection->matched = fits ? connection->matched + 1 : byte == '"';
        }
        if (connection->matched == 7) {
          connection->matched = connection->ticket_count = 0;
          connection->search = FOR_TICKET;
        }
        break;
      case FOR_TICKET:
        while (at < end && connection->ticket_count < TICKET_LENGTH) {
          connection->ticket[connection->ticket_count++] = (char)*at++;
        }
        if (connection->ticket_count == TICKET_LENGTH) {
          connection->rest_left = plan.box - TICKET_LENGTH;
          connection->search = connection->rest_left ? FOR_REST : FOR_QUOTE;
        }
        break;
      case FOR_REST: {
        uint64_t here = (uint64_t)(end - at);
        uint64_t step = here < connection->rest_left ? here : connection->rest_left;
        at += step;
        connection->rest_left -= step;
        if (!connection->rest_left) connection->search = FOR_QUOTE;
        break;
      }
      case FOR_QUOTE:
        if (*at++ != '"') wrong_count++;
        connection->search = FOR_BOX;
        arrived(connection);
        break;
    }
  }
}

/// Takes a byte of a frame's header; true when it is whole.
static int take_header_byte(struct connection *connection, uint8_t byte) {
  uint8_t *header = connection->header;
  header[connection->header_count++] = byte;
  if (connection->header_count < 2) return 0;
  int form = header[1] & 127;
  int length = form == 126 ? 4 : form == 127 ? 10 : 2;
  if (connection->header_count < length) return 0;
  connection->opcode = header[0] & 15;
  connection->control_count = connection->header_count = 0;
  connection->payload_left = form < 126 ? (uint64_t)form : 0;
  for (int i = 2; i < length; i++) {
    connection->payload_left = connection->payload_left << 8 | header[i];
  }
  return 1;
}

static void feed(struct connection *connection, const uint8_t *at, size_t count) {
  const uint8_t *end = at + count;
  while (at < end) {
    if (connection->payload_left) {
      uint64_t here = (uint64_t)(end - at);
      uint64_t step = here < connection->payload_left ? here : connection->payload_left;
      if (connection->opcode <= OP_BINARY) {
        scan(connection, at, step);
      } else {
        for (uint64_t i = 0; i < step && connection->control_count < 125; i++) {
          connection->control[connection->control_count++] = at[i];
        }
      }
      at += step;
      connection->payload_left -= step;
    } else if (!take_header_byte(connection, *at++)) {
      continue;
    }
    if (connection->payload_left) continue;
    if (connection->opcode == OP_PING) answer_ping(connection);
    if (connection->opcode == OP_CLOSE) die("the server closed a connection");
    connection->opcode = 0;
  }
}

/// Turns the loop until a moment comes.
static void run_until(uint64_t end) {
  static uint8_t buffer[READ_LENGTH];
  struct epoll_event events[256];
  while (now() < end) {
    int count = epoll_wait(poller, events, 256, 20);
    for (int i = 0; i < count; i++) {
      struct connection *connection = &connections[events[i].data.u32];
      if (events[i].events & EPOLLOUT) send_waiting(connection);
      if (!(events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
      ssize_t length = recv(connection->fd, buffer, READ_LENGTH, MSG_DONTWAIT);
      if (length > 0) {
        feed(connection, buffer, (size_t)length);
      } else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
        die("the server closed a connection");
      }
    }
  }
}

// MARK: The figures

struct figures {
  uint64_t time;
  double server_us, own_us;
  long resident_kib;
};

static struct figures measure(void) {
  struct figures figures = {.time = now()};
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  figures.own_us = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
                   (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%u/stat", plan.server_pid);
  FILE *file = fopen(path, "r");
  if (!file) die("the server is gone");
  text[fread(text, 1, sizeof text - 1, file)] = 0;
  fclose(file);
  unsigned long user, system;
  const char *name_end = strrchr(text, ')');
  if (!name_end || sscanf(name_end + 2,
                          "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                          &system) != 2) {
    die("the server's /proc/PID/stat cannot be read");
  }
  figures.server_us = (double)(user + system) * 1e6 / (double)sysconf(_SC_CLK_TCK);
  snprintf(path, sizeof path, "/proc/%u/statm", plan.server_pid);
  file = fopen(path, "r");
  if (file) {
    if (fscanf(file, "%*s %ld", &figures.resident_kib) != 1) figures.resident_kib = 0;
    fclose(file);
  }
  figures.resident_kib *= sysconf(_SC_PAGESIZE) / 1024;
  return figures;
}

static void read_plan(const char *path) {
  FILE *file = fopen(path, "rb");
  if (!file) die("the plan cannot be read");
  if (fread(&plan, 4, PLAN_NUMBERS, file) != PLAN_NUMBERS) die("the plan is short");
  ids = malloc((size_t)plan.connections * ID_LENGTH);
  templates = malloc((size_t)plan.connections * plan.frame_length);
  if (!ids || !templates) die("no memory");
  if (fread(ids, ID_LENGTH, plan.connections, file) != plan.connections ||
      fread(templates, plan.frame_length, plan.connections, file) != plan.connections) {
    die("the plan is short");
  }
  fclose(file);
}

static void set_up(void) {
  size_t slots = (size_t)plan.connections * plan.window;
  connections = calloc(plan.connections, sizeof *connections);
  sent_at = calloc(slots, sizeof *sent_at);
  recipient_of = calloc(slots, sizeof *recipient_of);
  turn_of = calloc(slots, sizeof *turn_of);
  if (!connections || !sent_at || !recipient_of || !turn_of) die("no memory");
  random_state = now() | 1;
  poller = epoll_create1(0);
  for (uint32_t i = 0; i < plan.connections; i++) {
    int fd = connections[i].fd = 3 + (int)i;
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = i};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event)) die("a socket cannot be watched");
  }
}

int main(int count, char **arguments) {
  if (count != 2) die("usage: blast PLAN");
  read_plan(arguments[1]);
  set_up();
  for (uint32_t turn = 0; turn < plan.window; turn++) {
    for (uint32_t i = 0; i < plan.connections; i++) emit(i * plan.window + turn);
  }
  run_until(now() + (uint64_t)plan.warm_ms * 1000000);
  struct figures start = measure();
  is_measuring = 1;
  run_until(now() + (uint64_t)plan.measured_ms * 1000000);
  struct figures end = measure();
  uint64_t lost = 0;
  for (uint32_t slot = 0; slot < plan.connections * plan.window; slot++) {
    if (sent_at[slot] + 1000000000ull < end.time) lost++;
  }
  printf("{\"messages\":%llu,\"seconds\":%.6f,\"serverMicroseconds\":%.0f,"
         "\"generatorMicroseconds\":%.0f,\"residentStartKiB\":%ld,\"residentEndKiB\":%ld,"
         "\"lost\":%llu,\"wrong\":%llu,\"p50Milliseconds\":%.4f,\"p99Milliseconds\":%.4f}\n",
         (unsigned long long)message_count, (double)(end.time - start.time) / 1e9,
         end.server_us - start.server_us, end.own_us - start.own_us, start.resident_kib,
         end.resident_kib, (unsigned long long)lost, (unsigned long long)wrong_count,
         quantile_ms(0.5), quantile_ms(0.99));
  return 0;
}
