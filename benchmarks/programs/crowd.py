"""The same messages as crowd.ts, in mpi4py, by Send and Recv."""

import sys
from time import process_time

from mpi4py import MPI

BATCHES = 8
WARM_UPS = 3
world = MPI.COMM_WORLD
rank, size = world.rank, world.size
data, received = bytearray(8), bytearray(8)


def to_and_fro(trips):
    other = rank ^ 1
    for _ in range(trips):
        if rank < other:
            world.Send(data, other)
        world.Recv(received, other)
        if rank > other:
            world.Send(data, other)


def pair(messages):
    if rank < 2:
        to_and_fro(messages // 2)
    if rank == 0:
        for other in range(2, size):
            world.Send(data, other)
    if rank >= 2:
        world.Recv(received, 0)


def ring(messages):
    for _ in range(messages // size):
        if rank == 0:
            world.Send(data, 1)
        world.Recv(received, (rank - 1) % size)
        if rank != 0:
            world.Send(data, (rank + 1) % size)


def pairs(messages):
    to_and_fro(messages // size)


pattern, messages = {"pair": pair, "ring": ring, "pairs": pairs}[sys.argv[1]], int(sys.argv[2])
results = []
for batch in range(BATCHES):
    world.Barrier()
    before = process_time()
    pattern(messages)
    total = world.reduce(process_time() - before)
    if rank == 0 and batch >= WARM_UPS:
        results.append(total * 1e6 / messages)
if rank == 0:
    print('{"cpuMicroseconds":[%s]}' % min(results))
