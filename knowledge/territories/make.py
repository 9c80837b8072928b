"""Makes the registers (communes, aliases, EPCI, départements) from the unpacked npm package; see ORIGIN.md.

Usage: python knowledge/territories/make.py FOLDER_OF_THE_PACKAGE
The two programmes (the YAML files beside) are written by hand and are not touched here.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

KINDS = {
    "CC": "Communauté de communes",
    "CA": "Communauté d'agglomération",
    "CU": "Communauté urbaine",
}
LINK = re.compile(r"(?:du|de|des)\s|d'")
HERE = Path(__file__).parent
Record = dict[str, Any]
Row = tuple[str, ...]


def main(package: Path) -> None:
    """`package`: the folder that holds `data/communes.json`, as `npm pack` unpacks it."""
    data = package / "data"
    communes = json.loads((data / "communes.json").read_text("utf-8"))
    departements = json.loads((data / "departements.json").read_text("utf-8"))
    regions = {r["code"]: r["nom"] for r in json.loads((data / "regions.json").read_text("utf-8"))}
    epci = json.loads((data / "epci.json").read_text("utf-8"))

    known = {d["code"] for d in departements}
    actual = [c for c in communes if c["type"] == "commune-actuelle" and c.get("departement") in known]
    write("departements.tsv", ((d["code"], d["nom"], regions[d["region"]]) for d in departements))
    write("communes.tsv", sorted(commune_row(c) for c in actual))
    write("aliases.tsv", sorted(alias_rows(communes, {c["code"] for c in actual})))
    write("epci.tsv", sorted(epci_row(e) for e in epci))


def commune_row(commune: Record) -> Row:
    postal_codes = " ".join(commune.get("codesPostaux", ()))
    return commune["code"], commune["nom"], postal_codes, str(commune.get("population", 0))


def alias_rows(communes: Sequence[Record], actual: set[str]) -> Iterator[Row]:
    """(code, name, INSEE code of today's commune, postal codes); a name is empty when only the code is known."""
    skipped = actual | {c["code"] for c in communes if c["type"] != "commune-actuelle"}
    for commune in communes:
        if commune["type"] == "commune-actuelle":
            for code in commune.get("anciensCodes", ()):
                if commune["code"] in actual and code not in skipped:
                    yield code, "", commune["code"], ""
        else:
            today = commune.get("chefLieu") or commune["commune"]
            yield commune["code"], commune["nom"], today, " ".join(commune.get("codesPostaux", ()))


def epci_row(epci: Record) -> Row:
    """« CA du Grand Dole » is written out; « CA Carcassonne Agglo » needs no more than its name."""
    members = " ".join(sorted(member["code"] for member in epci["membres"]))
    # « Terre d?Emeraude »: an apostrophe of Windows that the package lost.
    name = re.sub(r"(?<=\w)\?(?=\w)", "'", " ".join(epci["nom"].replace("''", '"').split()))
    kind, _, rest = name.partition(" ")
    if kind in KINDS:
        name = f"{KINDS[kind]} {rest}" if LINK.match(rest) else rest[0].upper() + rest[1:]
    return epci["code"], epci["type"], name, members


def write(name: str, rows: Iterable[Row]) -> None:
    lines = ["\t".join(row) + "\n" for row in rows]
    (HERE / name).write_text("".join(lines), encoding="utf-8", newline="\n")
    print(f"{name}: {len(lines)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
