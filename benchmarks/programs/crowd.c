/*
 * The same messages as crowd.ts with nothing in the way: what the machine itself takes to put a process to sleep and to wake
 * another. Arguments: pattern, messages, processes, and `shm` (a counter in shared memory for each process, on which it
 * sleeps by futex) or `socket` (a Unix socket for each).
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { batches = 8, warmUps = 3, lineBytes = 64 };

/* What a process has. */
typedef struct {
  _Alignas(lineBytes) atomic_int sent;
  _Alignas(lineBytes) atomic_int asleep;
  int taken;
  int ends[2];
  _Alignas(lineBytes) double cpuMicroseconds;
} Box;

static Box *boxes;
static int size, rank_, bySocket;

static char message[8];

static void sendTo(int to) {
  Box *box = &boxes[to];
  if (bySocket) {
    if (write(box->ends[1], message, sizeof message) != sizeof message) exit(1);
    return;
  }
  atomic_fetch_add(&box->sent, 1);
  if (atomic_exchange(&box->asleep, 0)) syscall(SYS_futex, &box->sent, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void receive(void) {
  Box *box = &boxes[rank_];
  if (bySocket) {
    if (read(box->ends[0], message, sizeof message) != sizeof message) exit(1);
    return;
  }
  while (atomic_load(&box->sent) == box->taken) {
    atomic_store(&box->asleep, 1);
    if (atomic_load(&box->sent) == box->taken) syscall(SYS_futex, &box->sent, FUTEX_WAIT, box->taken, NULL, NULL, 0);
    atomic_store(&box->asleep, 0);
  }
  box->taken += 1;
}

static void toAndFro(int trips) {
  int other = rank_ ^ 1;
  for (int i = 0; i < trips; i += 1) {
    if (rank_ < other) sendTo(other);
    receive();
    if (rank_ > other) sendTo(other);
  }
}

static void run(const char *pattern, int messages) {
  if (strcmp(pattern, "pairs") == 0) return toAndFro(messages / size);
  if (strcmp(pattern, "pair") == 0) {
    if (rank_ < 2) toAndFro(messages / 2);
    if (rank_ == 0) for (int other = 2; other < size; other += 1) sendTo(other);
    if (rank_ >= 2) receive();
    return;
  }
  for (int i = 0; i < messages / size; i += 1) {
    if (rank_ == 0) sendTo(1);
    receive();
    if (rank_ != 0) sendTo((rank_ + 1) % size);
  }
}

static void barrier(void) {
  if (rank_ == 0) {
    for (int i = 1; i < size; i += 1) receive();
    for (int i = 1; i < size; i += 1) sendTo(i);
  } else {
    sendTo(0);
    receive();
  }
}

static double cpuMicroseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

int main(int count, char **words) {
  if (count != 5) return 2;
  int messages = atoi(words[2]);
  size = atoi(words[3]);
  bySocket = strcmp(words[4], "socket") == 0;
  boxes = mmap(NULL, size * sizeof(Box), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (boxes == MAP_FAILED) return 1;
  for (int i = 0; i < size; i += 1) if (socketpair(AF_UNIX, SOCK_STREAM, 0, boxes[i].ends) != 0) return 1;
  for (int i = 1; i < size && rank_ == 0; i += 1) if (fork() == 0) rank_ = i;
  double best = 1e12;
  for (int batch = 0; batch < batches; batch += 1) {
    barrier();
    double before = cpuMicroseconds();
    run(words[1], messages);
    boxes[rank_].cpuMicroseconds = cpuMicroseconds() - before;
    barrier();
    double total = 0;
    for (int i = 0; i < size; i += 1) total += boxes[i].cpuMicroseconds;
    if (batch >= warmUps && total / messages < best) best = total / messages;
    barrier();
  }
  if (rank_ != 0) return 0;
  while (wait(NULL) > 0) continue;
  printf("{\"cpuMicroseconds\":[%g]}\n", best);
  return 0;
}
