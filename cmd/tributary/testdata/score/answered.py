"""Runs the scorer with the answers of its command given beforehand.

usage: answered.py ANSWERS SCORER ARGUMENT ...

The scorer starts its command once a case. ANSWERS is a JSON object from the command's arguments, joined by line ends,
to what it printed; so 1500 processes need not be started. A call without an answer ends the run.
"""
import json, runpy, subprocess, sys, types

with open(sys.argv[1], encoding="utf-8") as f:
    answers = json.load(f)
subprocess.run = lambda call, **_: types.SimpleNamespace(stdout=answers["\n".join(call[1:])])
sys.argv = sys.argv[2:]
runpy.run_path(sys.argv[0], run_name="__main__")
