/*
 * Reference of the asynchronous zero-temperature dynamics, to measure the WebAssembly kernels against.
 * Build: gcc -O3 -march=native -o async async.c -lm
 *
 *   async fill N                          Gaussian couplings of one network, Box-Muller with the C library
 *   async flip N FLIPS STEP               column updates alone, of columns 0, STEP, 2 STEP, ... modulo N
 *   async run N SELF_COUPLING SWEEPS KEY0 KEY1 COUPLINGS STATE
 *                                         permutation sweeps, without the fill: couplings (f32, column-major N*N) and
 *                                         initial state (i8) come from files, the order from Philox with this key
 *
 * Each prints one line of JSON with the processor time of the work itself, in seconds. `run` makes the same flips as the package,
 * since it draws the same permutations and rounds in the same order; it prints their number.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Processor time, so that other work on the machine counts less. */
static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void *reserve(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (memory == NULL) {
    fprintf(stderr, "async: out of memory\n");
    exit(1);
  }
  return memory;
}

/* Philox4x32-10: words of one substream, counter (block, 0, substream, 1), BLOCKS blocks at a time. */
#define BLOCKS 64
struct words {
  uint32_t key[2], block, substream, word[4 * BLOCKS];
  int used;
};

static void next_blocks(struct words *w) {
  for (uint32_t b = 0; b < BLOCKS; b++) {
    uint32_t c0 = w->block + b, c1 = 0, c2 = w->substream, c3 = 1, k0 = w->key[0], k1 = w->key[1];
    for (int round = 0; round < 10; round++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
      c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
      c1 = (uint32_t)p1;
      c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
      c3 = (uint32_t)p0;
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    w->word[4 * b] = c0;
    w->word[4 * b + 1] = c1;
    w->word[4 * b + 2] = c2;
    w->word[4 * b + 3] = c3;
  }
  w->block += BLOCKS;
  w->used = 0;
}

/* Starts at word 0 of a substream. */
static void open_words(struct words *w, uint32_t key0, uint32_t key1, uint32_t substream) {
  w->key[0] = key0;
  w->key[1] = key1;
  w->block = 0;
  w->substream = substream;
  w->used = 4 * BLOCKS;
}

static uint32_t next_word(struct words *w) {
  if (w->used == 4 * BLOCKS) next_blocks(w);
  return w->word[w->used++];
}

/* Uniform on 0..n-1 without bias. */
static uint32_t below(struct words *w, uint32_t n) {
  uint64_t product = (uint64_t)next_word(w) * n;
  if ((uint32_t)product < n) {
    uint32_t rejected = -n % n;
    while ((uint32_t)product < rejected) product = (uint64_t)next_word(w) * n;
  }
  return (uint32_t)(product >> 32);
}

/* h += factor * column: the work of one flip. */
static void add_column(float *restrict h, const float *restrict column, float factor, int n) {
  for (int k = 0; k < n; k++) h[k] += factor * column[k];
}

/* One sweep over a fresh random permutation; returns the flips. */
static long sweep(const float *J, signed char *s, float *h, uint32_t *order, int n, double self_coupling,
                  struct words *w) {
  order[0] = 0;
  for (int i = 1; i < n; i++) {
    uint32_t j = below(w, (uint32_t)i + 1);
    order[i] = order[j];
    order[j] = (uint32_t)i;
  }
  long flips = 0;
  for (int k = 0; k < n; k++) {
    uint32_t i = order[k];
    if (s[i] * (double)h[i] + self_coupling < 0) {
      s[i] = (signed char)-s[i];
      add_column(h, J + (size_t)i * (size_t)n, 2.0f * s[i], n);
      flips++;
    }
  }
  return flips;
}

static void read_file(const char *path, void *memory, size_t bytes) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fread(memory, 1, bytes, file) != bytes) {
    fprintf(stderr, "async: cannot read %zu bytes from %s\n", bytes, path);
    exit(1);
  }
  fclose(file);
}

static void run(char **argument) {
  int n = atoi(argument[0]), sweeps = atoi(argument[2]);
  double self_coupling = atof(argument[1]);
  uint32_t key0 = (uint32_t)strtoul(argument[3], NULL, 10), key1 = (uint32_t)strtoul(argument[4], NULL, 10);
  size_t size = (size_t)n;
  float *J = reserve(size * size * sizeof *J), *h = reserve(size * sizeof *h);
  signed char *s = reserve(size);
  uint32_t *order = reserve(size * sizeof *order);
  read_file(argument[5], J, size * size * sizeof *J);
  read_file(argument[6], s, size);
  double start = seconds();
  memset(h, 0, size * sizeof *h);
  for (int j = 0; j < n; j++) add_column(h, J + (size_t)j * size, s[j], n);
  struct words w;
  long flips = 0;
  int made = 0;
  for (long last = 1; made < sweeps && last > 0; made++) {
    open_words(&w, key0, key1, (uint32_t)made);
    last = sweep(J, s, h, order, n, self_coupling, &w);
    flips += last;
  }
  printf("{\"seconds\": %.9f, \"sweeps\": %d, \"flips\": %ld}\n", seconds() - start, made, flips);
}

/* Couplings N(0, 1/n), two normals from a pair of uniforms. */
static void fill(float *J, int n) {
  struct words w;
  open_words(&w, 1, 2, 0);
  double scale = 1 / sqrt(n), unit = 1.0 / 4294967296.0;
  size_t size = (size_t)n * (size_t)n;
  for (size_t k = 0; k + 1 < size; k += 2) {
    double radius = scale * sqrt(-2 * log((next_word(&w) + 0.5) * unit));
    double angle = 2 * M_PI * unit * next_word(&w);
    J[k] = (float)(radius * cos(angle));
    J[k + 1] = (float)(radius * sin(angle));
  }
  if (size % 2 == 1) J[size - 1] = 0;
  for (int i = 0; i < n; i++) J[(size_t)i * (size_t)n + (size_t)i] = 0;
}

int main(int count, char **argument) {
  const char *work = count > 1 ? argument[1] : "";
  if (strcmp(work, "run") == 0 && count == 9) {
    run(argument + 2);
    return 0;
  }
  if (!(strcmp(work, "fill") == 0 && count == 3) && !(strcmp(work, "flip") == 0 && count == 5)) {
    fprintf(stderr, "usage: async fill N | flip N FLIPS STEP | run N SELF_COUPLING SWEEPS KEY0 KEY1 COUPLINGS STATE\n");
    return 2;
  }
  int n = atoi(argument[2]);
  float *J = reserve((size_t)n * (size_t)n * sizeof *J), *h = reserve((size_t)n * sizeof *h);
  memset(J, 0, (size_t)n * (size_t)n * sizeof *J); /* touch the pages before the clock starts */
  double start = seconds();
  fill(J, n);
  if (strcmp(work, "flip") == 0) {
    long flips = atol(argument[3]), step = atol(argument[4]);
    memset(h, 0, (size_t)n * sizeof *h);
    start = seconds();
    for (long k = 0; k < flips; k++) add_column(h, J + (size_t)(k * step % n) * (size_t)n, k % 2 == 0 ? 2 : -2, n);
  }
  double elapsed = seconds() - start;
  /* The field is printed so that the work cannot be left out. */
  printf("{\"seconds\": %.9f, \"check\": %g}\n", elapsed, (double)(work[1] == 'l' ? h[0] : J[1]));
  return 0;
}
