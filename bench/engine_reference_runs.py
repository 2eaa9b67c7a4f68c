"""Runs workloads of the reference client's script one after the other in one process, each in a folder of its own.

usage: engine_reference_runs.py PEERS FOLDER WORKLOAD...      prints one JSON object, of the last of them
"""
import json
import os
import sys
import time

peers, folder, *workloads = sys.argv[1:]
sys.path.insert(0, peers)
import engine_reference

for run, workload in enumerate(workloads):
    place = os.path.join(folder, str(run))
    os.makedirs(place)
    start = time.perf_counter()
    result = engine_reference.WORK[workload](place)
    client = f"icechunk-python {engine_reference.ic.__version__}"
    last = {"workload": workload, "client": client, **result, "total_s": round(time.perf_counter() - start, 1)}
print(json.dumps(last))
