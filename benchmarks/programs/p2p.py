"""The same trips as p2p.ts, in mpi4py: "buffers" by Send and Recv, "objects" by send and recv."""

import sys
from array import array
from time import perf_counter

from mpi4py import MPI

BATCHES = 25
world = MPI.COMM_WORLD
other = 1 - world.rank


def buffers(kind, size):
    data, received = bytearray(size), bytearray(size)
    return lambda: world.Send(data, other), lambda: world.Recv(received, other)


def objects(kind, size):
    data = {
        "number": 1.5,
        "string": "a short string",
        "object": {"a": 1, "b": 2.5},
        "doubles": array("d", [1.5]) if size == 8 else bytes(size),  # bytes are what pickles fastest
    }[kind]
    return lambda: world.send(data, other), lambda: world.recv(source=other)


def one_way_microseconds(kind, size, trips):
    send, receive = ways(kind, size)
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
    return min(batches) * 1e6 / (2 * trips)


ways = {"buffers": buffers, "objects": objects}[sys.argv[1]]
cases = [word.split(":") for word in sys.argv[2:]]
results = [one_way_microseconds(kind, int(size), int(trips)) for _, kind, size, trips in cases]
if world.rank == 0:
    print('{"oneWayMicroseconds":[%s]}' % ",".join(map(str, results)))
