"""Keeps the loudest clips of a table: a Python step that needs nothing but Python."""

import csv
import json
import os

task = json.loads(os.environ["AFFEKT_TASK"])
source = os.path.join(task["inputs"]["levels"]["path"], "table.csv")
target = os.path.join(task["outputs"]["loudest"], "table.csv")

with open(source, encoding="utf-8", newline="") as file:
    rows = sorted(csv.DictReader(file), key=lambda row: (-float(row["level"]), row["id"]))

with open(target, "w", encoding="utf-8", newline="") as file:
    writer = csv.DictWriter(file, ["id", "level"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[: task["params"]["count"]])

print(f"kept {task['params']['count']} of {len(rows)} clips")
