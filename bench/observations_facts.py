"""What the peers' observations.py says, for the benchmark in Java: prints schema and names, writes every value to a file.

usage: observations_facts.py PEERS MINUTES STATIONS FILE     (variable by variable, minute by minute, little-endian doubles)
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import numpy as np
import observations

minutes, stations = int(sys.argv[2]), int(sys.argv[3])
with open(sys.argv[4], "wb") as file:
    for values in observations.values(minutes, stations).values():
        file.write(values.astype("<f8").tobytes())
print(json.dumps({
    "stations": observations.stations(stations),
    "variables": list(observations.VARIABLES),
    "origin": str(np.datetime64(observations.ORIGIN, "us").astype("datetime64[s]")),
    "schema": observations.SCHEMA,
}))
