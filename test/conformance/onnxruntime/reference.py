"""Posteriors of the models of a run by Python's ONNX Runtime, from the files of the run folder alone."""

import csv
import json
import sys
from pathlib import Path

import numpy
import onnx
import onnxruntime


def features_of(folder):
    """Frames × columns by clip."""
    with open(folder / "index.csv", newline="") as table:
        rows = list(csv.DictReader(table))
    shards = {}
    found = {}
    for row in rows:
        name = row["shard"]
        if name not in shards:
            shards[name] = numpy.load(folder / "shards" / f"{int(name):03d}.npy")
        first, frames = int(row["offset"]), int(row["frames"])
        found[row["id"]] = shards[name][first : first + frames]
    return found


run = Path(json.load(sys.stdin)["run"]) / "stages"
mel = features_of(run / "mel" / "features")
voice = features_of(run / "voice" / "features")
said = []
for path in sorted((run / "net" / "models").glob("fold-*/model.onnx")):
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    names = [given.name for given in session.get_inputs()]
    fold = int(path.parent.name.split("-")[1])
    for clip, frames in mel.items():
        given = {"features": frames[None]}
        if "functionals" in names:
            given["functionals"] = voice[clip]
        (posterior,) = session.run(["posteriors"], given)
        said.append({"fold": fold, "id": clip, "posterior": posterior[0].tolist()})
json.dump({"version": onnxruntime.__version__, "said": said}, sys.stdout)
