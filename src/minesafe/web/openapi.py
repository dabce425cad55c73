"""Prints the OpenAPI document the pages' types are made from: python -m minesafe.web.openapi."""

import json
import sys

from minesafe.web.site import bare_site


def document() -> str:
    """The document with sorted keys, so that a change of it is a change of the wire."""
    return (
        json.dumps(bare_site(demo=True).openapi(), indent=2, sort_keys=True, ensure_ascii=False)
        + "\n"
    )


if __name__ == "__main__":
    sys.stdout.write(document())
