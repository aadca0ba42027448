"""dask.distributed beside `lockstep bench tasks`: tasks.py WORKERS TASKS LATENCIES; prints its figures as JSON."""

import json
import sys
import time

from distributed import Client, LocalCluster


def same(x):
    return x


def main(workers, tasks, latencies):
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            client.gather(client.map(same, range(100), pure=False))
            begin = time.perf_counter()
            client.gather(client.map(same, range(tasks), pure=False))
            rate = tasks / (time.perf_counter() - begin)
            times = []
            for i in range(latencies):
                begin = time.perf_counter()
                client.submit(same, i, pure=False).result()
                times.append(time.perf_counter() - begin)
            times.sort()
            print(json.dumps({"rate": rate, "latencyMs": times[len(times) // 2] * 1000}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]))
