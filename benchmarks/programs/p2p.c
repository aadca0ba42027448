/* The same trips as p2p.ts, in C: by MPI_Send and MPI_Recv. */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { batches = 25 };

static double one_way_microseconds(int rank, int bytes, int trips) {
  char *data = calloc(1, bytes), *received = calloc(1, bytes);
  int other = 1 - rank;
  double best = 1e9;
  for (int batch = -1; batch < batches; batch += 1) {
    double start = MPI_Wtime();
    for (int i = 0; i < trips; i += 1) {
      if (rank == 0) MPI_Send(data, bytes, MPI_BYTE, other, 0, MPI_COMM_WORLD);
      MPI_Recv(received, bytes, MPI_BYTE, other, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      if (rank == 1) MPI_Send(data, bytes, MPI_BYTE, other, 0, MPI_COMM_WORLD);
    }
    double seconds = MPI_Wtime() - start;
    if (batch >= 0 && seconds < best) best = seconds;
  }
  free(data);
  free(received);
  return best * 1e6 / (2.0 * trips);
}

int main(int count, char **words) {
  int rank;
  MPI_Init(&count, &words);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 0) printf("{\"oneWayMicroseconds\":[");
  for (int i = 1; i < count; i += 1) {
    char call[16], kind[16];
    int bytes, trips;
    if (sscanf(words[i], "%15[^:]:%15[^:]:%d:%d", call, kind, &bytes, &trips) != 4) MPI_Abort(MPI_COMM_WORLD, 2);
    double microseconds = one_way_microseconds(rank, bytes, trips);
    if (rank == 0) printf("%s%f", i > 1 ? "," : "", microseconds);
  }
  if (rank == 0) printf("]}\n");
  MPI_Finalize();
  return 0;
}
