"""The same trips as p2p.ts, in mpi4py: "buffers" by Send and Recv, "objects" by send and recv."""

import sys
from time import perf_counter

from mpi4py import MPI

BATCHES = 9
world = MPI.COMM_WORLD
other = 1 - world.rank


def buffers(size):
    data, received = bytearray(size), bytearray(size)
    return lambda: world.Send(data, other), lambda: world.Recv(received, other)


def objects(size):
    data = bytes(size)
    return lambda: world.send(data, other), lambda: world.recv(source=other)


def one_way_microseconds(size, trips):
    send, receive = ways(size)
    batches = []
    for batch in range(-1, BATCHES):
        start = perf_counter()
        for _ in range(trips):
            if world.rank == 0:
                send()
            receive()
            if world.rank == 1:
                send()
        if batch >= 0:
            batches.append(perf_counter() - start)
    return sorted(batches)[BATCHES // 2] * 1e6 / (2 * trips)


ways = {"buffers": buffers, "objects": objects}[sys.argv[1]]
results = [one_way_microseconds(*map(int, word.split(":"))) for word in sys.argv[2:]]
if world.rank == 0:
    print('{"oneWayMicroseconds":[%s]}' % ",".join(map(str, results)))
