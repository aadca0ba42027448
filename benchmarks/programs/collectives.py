"""The same calls as collectives.ts, in mpi4py, on buffers."""

import sys
from array import array
from time import perf_counter

from mpi4py import MPI

BATCHES = 15
world = MPI.COMM_WORLD


def microseconds(call, size, calls):
    count = size // 8
    if call == "allreduce":
        data, result = array("d", [world.rank] * count), array("d", [0] * count)
        once = lambda: world.Allreduce([data, MPI.DOUBLE], [result, MPI.DOUBLE])
    else:
        data, result = (array("d", [world.rank]) * (count * world.size) for _ in range(2))
        once = lambda: world.Alltoall([data, MPI.DOUBLE], [result, MPI.DOUBLE])
    batches = []
    for batch in range(-1, BATCHES):
        world.Barrier()
        start = perf_counter()
        for _ in range(calls):
            once()
        if batch >= 0:
            batches.append((perf_counter() - start) * 1e6 / calls)
    return world.allreduce(min(batches), MPI.MAX)


results = [
    microseconds(call, int(size), int(calls))
    for call, size, calls in (word.split(":") for word in sys.argv[1:])
]
if world.rank == 0:
    print('{"collectives":[%s]}' % ",".join('{"us":%s}' % us for us in results))
