"""`findings.py NWB TOOL FILE`: whether `nwb validate` finds all that pynwb-validate or nwbinspector finds in the file.

Exit code 1, with what is missed, if it does not. For nwbinspector a finding is its check and the object.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def ours(program, file, *options):
    done = subprocess.run([program, "validate", "--json", *options, file], capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)[0]["findings"]


def inspected(file):
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        tool = Path(sys.executable).with_name("nwbinspector")
        subprocess.run([tool, file, "--json-file-path", out], capture_output=True, check=False)
        # It writes no file where it finds nothing.
        return json.loads(out.read_text())["messages"] if out.is_file() else []


def main():
    program, tool, file = sys.argv[1:]
    if tool == "pynwb-validate":
        from pynwb import validate

        theirs = [str(error) for error in validate(path=file)]
        found = [finding for finding in ours(program, file, "--only", "schema") if finding["severity"] == "error"]
        if len(found) < len(theirs):
            raise SystemExit(f"{len(found)} errors, and {len(theirs)} of pynwb-validate: {theirs}")
        print(f"{len(theirs)} errors by pynwb-validate, {len(found)} by ours")
        return
    theirs = {(message["check_function_name"], message["location"]) for message in inspected(file)}
    found = ours(program, file)
    missed = sorted(theirs - {(finding.get("peer") or finding["code"], finding["object"]) for finding in found})
    if missed:
        raise SystemExit(f"nwbinspector finds what ours does not: {missed}")
    print(f"{len(theirs)} findings of nwbinspector, all among the {len(found)} of ours")


if __name__ == "__main__":
    main()
