"""The same hello as hello.ts, in mpi4py."""

from mpi4py import MPI

world = MPI.COMM_WORLD
world.send(f"Hello from node {world.rank}", (world.rank + 1) % world.size)
print(world.recv(source=(world.rank + world.size - 1) % world.size))
