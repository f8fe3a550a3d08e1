"""Validates what Lade writes against the JSON schemas of image-spec, and SARIF logs.

usage: validate_schema.py manifest|index|config|layout|sarif PATH...

The schemas are those in schemas/oci and schemas of the corpora: $LADE_CORPORA, else ../shared/corpora seen from
the project's root.
For layout, PATH is the directory of an OCI image layout: its oci-layout file, its index.json and all
manifests, indexes and configs reached from there are validated. Prints a line for each flaw and exits
1 if there is one, 77 if the jsonschema module is missing.
"""
import json
import os
import sys

try:
    import jsonschema
except ImportError:
    print("jsonschema is not installed", file=sys.stderr)
    sys.exit(77)

FILES = {
    "manifest": "image-manifest-schema.json",
    "index": "image-index-schema.json",
    "config": "config-schema.json",
    "layout": "image-layout-schema.json",
    "sarif": "sarif-2.1.0.schema.json",
}
KINDS = {
    "application/vnd.oci.image.manifest.v1+json": "manifest",
    "application/vnd.oci.image.index.v1+json": "index",
    "application/vnd.oci.image.config.v1+json": "config",
}


class Checker:
    def __init__(self, folder):
        self.flaws = 0
        self.schemas = {}
        for place in (folder, os.path.join(folder, "oci")):
            for name in os.listdir(place):
                if name.endswith(".json"):
                    with open(os.path.join(place, name), encoding="utf-8") as file:
                        self.schemas[name] = json.load(file)

    def referred(self, uri):
        # references are by file name, relative to wherever the schema says it is from
        return self.schemas[uri.split("#")[0].rsplit("/", 1)[-1]]

    def check(self, kind, document, where):
        schema = self.schemas[FILES[kind]]
        resolver = jsonschema.RefResolver(
            schema.get("id", ""), schema,
            handlers={"https": self.referred, "": self.referred})
        validator = jsonschema.Draft4Validator(
            schema, resolver=resolver, format_checker=jsonschema.FormatChecker())
        for error in validator.iter_errors(document):
            path = "/".join(str(part) for part in error.absolute_path)
            print(f"{where}: {path or 'the document'}: {error.message}")
            self.flaws += 1

    def check_file(self, kind, path):
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
        self.check(kind, document, path)
        return document

    def check_layout(self, root):
        self.check_file("layout", os.path.join(root, "oci-layout"))
        todo = [self.check_file("index", os.path.join(root, "index.json"))]
        seen = set()
        while todo:
            document = todo.pop()
            children = list(document.get("manifests", []))
            if "config" in document:
                children.append(document["config"])
            for child in children:
                kind = KINDS.get(child.get("mediaType"))
                if kind is None:  # or the run configuration of an image, which is no descriptor
                    continue
                path = os.path.join(root, "blobs", *child["digest"].split(":", 1))
                # a sparse index lists manifests that are not there
                if path in seen or not os.path.exists(path):
                    continue
                seen.add(path)
                todo.append(self.check_file(kind, path))


def corpora():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    return os.environ.get("LADE_CORPORA") or os.path.join(root, "..", "shared", "corpora")


def main():
    if len(sys.argv) < 3 or sys.argv[1] not in FILES:
        print(__doc__, file=sys.stderr)
        return 2
    checker = Checker(os.path.join(corpora(), "schemas"))
    for path in sys.argv[2:]:
        if sys.argv[1] == "layout":
            checker.check_layout(path)
        else:
            checker.check_file(sys.argv[1], path)
    return 1 if checker.flaws else 0


sys.exit(main())
