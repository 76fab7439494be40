"""Calls the functions of a script for another process: one line of JSON asks, one answers.

Runs in the environment of a peer, so it imports nothing of voxbrick and its tests.
"""

import json
import runpy
import sys


def main(script: str) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # peers may print
    functions = runpy.run_path(script)
    for line in sys.stdin:
        name, arguments = json.loads(line)
        try:
            answer = {"result": functions[name](**arguments)}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
