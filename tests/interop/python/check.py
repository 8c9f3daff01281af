"""Opens files with PyNWB, validates them, and runs nwbinspector.

    check.py FILE... [--inspector] [--cached] [--allow CHECK]... [--json OUT]

The validator uses the installed specifications; with `--cached`, those in the file too. Every error and every finding is printed. Exit code 1 when a file
does not open, the validator has any error, or the inspector finds anything at critical or violation level (a check that fails to run
counts) except from the checks that `--allow` names (`--allow check_data_orientation`).
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings

from nwbinspector import Importance, inspect_nwbfile
from pynwb import NWBHDF5IO, validate

# the inspector's errors stand above its critical findings
SERIOUS = (Importance.ERROR, Importance.PYNWB_VALIDATION, Importance.CRITICAL, Importance.BEST_PRACTICE_VIOLATION)


def validation(path, cached) -> list:
    """The validator's errors, as text; that it cannot run is one too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return [str(error) for error in validate(path=str(path), use_cached_namespaces=cached)]
    except Exception as error:  # whatever PyNWB raises is a finding here
        return [f"the validator does not run: {type(error).__name__}: {error}"]


def opening(path) -> str | None:
    """What PyNWB says when it cannot open a file."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with NWBHDF5IO(str(path), "r", load_namespaces=True) as io:
                io.read()
    except Exception as error:  # whatever PyNWB raises is a finding here
        return f"{type(error).__name__}: {error}"
    return None


def inspection(path) -> list:
    """The inspector's findings."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            {"importance": message.importance.name, "check": message.check_function_name, "object": message.location or message.object_name,
             "type": message.object_type, "message": message.message}
            for message in inspect_nwbfile(nwbfile_path=str(path), skip_validate=True)
        ]


def check(path, inspector=False, cached=False, allow=()) -> dict:
    """All findings about one file; `ok` says whether it passes."""
    found = {"file": str(path), "opening": opening(path), "validator": [], "inspector": []}
    found["validator"] = validation(path, False) + (validation(path, True) if cached else [])
    if inspector and found["opening"] is None:
        found["inspector"] = inspection(path)
    serious = {level.name for level in SERIOUS}
    bad = [one for one in found["inspector"] if one["importance"] in serious and one["check"] not in allow]
    found["ok"] = found["opening"] is None and not found["validator"] and not bad
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--inspector", action="store_true")
    parser.add_argument("--cached", action="store_true")
    parser.add_argument("--allow", action="append", default=[], metavar="CHECK")
    parser.add_argument("--json", metavar="OUT")
    options = parser.parse_args()
    results = [check(path, options.inspector, options.cached, options.allow) for path in options.files]
    for result in results:
        print(f"{result['file']}: {'ok' if result['ok'] else 'FAILED'}")
        if result["opening"]:
            print(f"  does not open: {result['opening']}")
        for error in result["validator"]:
            print(f"  validator: {error}")
        for one in result["inspector"]:
            print(f"  inspector: {one['importance']}: {one['check']}: {one['type']} {one['object']}: {one['message']}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump(results, out, ensure_ascii=False, indent=1)
            out.write("\n")
    return 0 if all(result["ok"] for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
