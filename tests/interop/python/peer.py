"""Answers questions about files, line by line: the tools of this folder in one process, which starts Python once.

    peer.py

Reads {"do": name, ...} from each line of standard input and writes {"ok": answer} or {"error": message} as one line. The names:

    session out                the session written by PyNWB            fault source, out, kind, path    one fault; answers its path
    many out, libver           many_types.py; answers its manifest     check file, inspector      check.py
    odd out                    odd_files.py; answers its manifest      fields file                all that PyNWB holds
    faults out                 one_fault.py; answers its manifest
    linked out                 linked_files.py; answers both paths
    walk file                  walk.py                                 compare_fields a, b        fields.py --against
    compare a, b               compare.py, nothing ignored             unpack archive, out        *.nwb of an sdist's back_compat folder
    members file               matrix.py                               rewrite source, out        matrix.py --rewrite
    validate file              the validator's errors                 mutate source, out, most   mutate.py; answers its list
    findings file              the validator's errors, with classes and objects
"""

from __future__ import annotations

import json
import os
import sys
import tarfile
import warnings
from pathlib import Path

import check
import compare
import fields
import linked_files
import many_types
import matrix
import mutate
import odd_files
import one_fault
import ophys_session
import walk
from fault import fault


def compared(a, b):
    """The differences between two files, with their classes."""
    found = compare.compare(compare.load(a), compare.load(b))
    return [{"path": one.path, "classes": sorted(one.classes), "text": str(one)} for one in found]


HELD = {}


def held(file):
    """What PyNWB holds of a file, read once."""
    if file not in HELD:
        HELD[file] = fields.fields(file)["objects"]
    return HELD[file]


def compared_fields(a, b):
    found = fields.differences(held(a), held(b))
    return [{"path": path, "classes": [path.rsplit("/", 1)[-1]], "text": f"{path}: {compare.brief(one)} != {compare.brief(other)}"} for path, one, other in found]


def unpack(archive, out):
    """Takes the files of older versions out of PyNWB's source distribution; answers their names."""
    Path(out).mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as tar:
        for member in tar:
            path = Path(member.name)
            if member.isfile() and path.suffix == ".nwb" and path.parent.name == "back_compat":
                (Path(out) / path.name).write_bytes(tar.extractfile(member).read())
    return sorted(path.name for path in Path(out).glob("*.nwb"))


TOOLS = {
    "session": lambda out: ophys_session.write(out),
    "many": lambda out, libver=None: many_types.write_all(out, libver),
    "odd": lambda out: odd_files.write_all(out),
    "faults": lambda out: one_fault.write_all(out),
    "linked": lambda out: linked_files.write(out),
    "walk": lambda file: walk.walk(file),
    "compare": compared,
    "fault": lambda source, out, kind, path=None: fault(source, out, kind, path),
    "findings": lambda file: mutate.findings(file),
    "mutate": lambda source, out, most: mutate.mutate(source, out, most),
    "validate": lambda file: check.validation(file, matrix.has_extension(file)),
    "check": lambda file, inspector=False, allow=(): check.check(file, inspector, cached=True, allow=allow),
    "fields": held,
    "compare_fields": compared_fields,
    "unpack": unpack,
    "members": lambda file: matrix.members(file),
    "rewrite": lambda source, out: matrix.rewrite(source, out),
}


def main() -> int:
    warnings.simplefilter("ignore")
    # answers go where standard output went; what a library prints goes to standard error
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        question = json.loads(line)
        try:
            answer = {"ok": TOOLS[question.pop("do")](**question)}
        except Exception as error:  # whatever goes wrong is the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
