"""Validates SBOMs against the JSON schemas of SPDX 2.3 and CycloneDX 1.6.

usage: validate_sbom.py PATH...

Which schema, a document says itself. They are in schemas of the corpora: $LADE_CORPORA, else
../shared/corpora seen from the project's root. Prints a line for each flaw and exits 1 if there is one,
77 if the jsonschema module is missing or too old.
"""
import json
import os
import sys

try:
    import jsonschema
    from jsonschema import Draft7Validator, Draft201909Validator
except ImportError:
    print("jsonschema is not installed, or too old", file=sys.stderr)
    sys.exit(77)

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
FOLDER = os.path.join(os.environ.get("LADE_CORPORA") or os.path.join(ROOT, "..", "shared", "corpora"), "schemas")


def load(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


def validator(document):
    if document.get("bomFormat") == "CycloneDX":
        schema = load("cyclonedx-1.6.schema.json")
        resolver = jsonschema.RefResolver(
            schema["$id"], schema,
            store={f"http://cyclonedx.org/schema/{name}": load(name)
                   for name in ("spdx.schema.json", "jsf-0.82.schema.json")})
        return Draft7Validator(schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
    return Draft201909Validator(load("spdx-2.3.schema.json"), format_checker=jsonschema.FormatChecker())


def main():
    flaws = 0
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        for error in validator(document).iter_errors(document):
            where = "/".join(str(part) for part in error.absolute_path)
            print(f"{path}: {where or 'the document'}: {error.message}")
            flaws += 1
    return 1 if flaws else 0


sys.exit(main())
