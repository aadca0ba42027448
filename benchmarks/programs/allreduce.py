"""The same allreduce as allreduce.ts, in mpi4py."""

from mpi4py import MPI

world = MPI.COMM_WORLD
total = world.allreduce(world.rank, MPI.SUM)
assert total == world.size * (world.size - 1) // 2
if world.rank == 0:
    print(f"sum of {world.size} ranks: {total}")
