"""Writes golden.ndjson: a few jobs of each kind with the answers of scikit-learn, SciPy and NumPy.

    python test/golden/sklearn/make.py        (environment: test/conformance/requirements.txt)

The jobs are drawn from a fixed seed, so the file changes only with the libraries or this script.
"""

import json
import pathlib
import sys

import numpy as np

here = pathlib.Path(__file__).parent
sys.dont_write_bytecode = True
sys.path.append(str(here.parents[1] / "conformance" / "sklearn"))

from reference import answer, versions  # noqa: E402

rng = np.random.default_rng(20240229)
jobs = []


def labels(n, classes):
    return rng.integers(classes, size=n).tolist()


# All classes present; class 4 never true; class 0 never predicted; one class only.
for truth, predicted in [
    (labels(60, 5), labels(60, 5)),
    (labels(40, 4), labels(40, 5)),
    (labels(40, 5), [max(1, k) for k in labels(40, 5)]),
    ([2] * 9, labels(9, 5)),
]:
    jobs.append({"kind": "scores", "truth": truth, "predicted": predicted, "classes": 5})

posterior = rng.dirichlet(np.full(4, 0.4), size=40)
jobs.append({"kind": "calibration", "truth": labels(40, 4), "posterior": posterior.tolist()})

for df in [1, 2, 5, 9, 23, 90, 1000, 2.5]:
    for p in [0.5, 0.6, 0.9, 0.975, 0.995, 0.9999995, 0.01]:
        jobs.append({"kind": "student", "p": p, "df": df})
for a, b, x in [(0.5, 0.5, 0.3), (2, 3, 0.9), (50, 0.5, 0.99), (500, 700, 0.42), (3, 0.5, 1e-8)]:
    jobs.append({"kind": "beta", "a": a, "b": b, "x": x})
for n in [1, 2, 7, 20]:
    for q in [0, 0.025, 0.5, 0.975, 1]:
        jobs.append({"kind": "quantile", "values": rng.normal(size=n).tolist(), "q": q})
for n in [2, 6, 10]:
    jobs.append({"kind": "speakers", "values": rng.uniform(size=n).tolist(), "level": 0.95})


def names(values):
    return [f"g{value}" for value in values]


for n, classes, folds in [(40, 3, 5), (41, 7, 4), (12, 2, 2), (30, 6, 3)]:
    jobs.append({"kind": "stratified_k_fold", "labels": names(labels(n, classes)), "folds": folds})
for n, classes, groups, folds in [(80, 5, 10, 5), (60, 3, 6, 3), (90, 9, 13, 4), (48, 4, 4, 4)]:
    jobs.append(
        {
            "kind": "stratified_group_k_fold",
            "labels": names(labels(n, classes)),
            "groups": names(labels(n, groups)),
            "folds": folds,
        }
    )
jobs.append({"kind": "leave_one_group_out", "groups": names(labels(30, 12))})

for n, d, classes, c, weights in [
    (60, 6, 4, 1.0, "balanced"),
    (60, 6, 4, 100.0, "none"),
    (40, 3, 2, 0.5, "balanced"),
    (30, 12, 3, 0.01, "none"),
]:
    y = np.concatenate([np.arange(classes), rng.integers(classes, size=n - classes)])
    x = rng.normal(size=(n, d)) * 3 - 40
    x[np.arange(n), y % d] += 2
    jobs.append(
        {
            "kind": "logreg",
            "features": np.round(x, 3).tolist(),
            "labels": y.tolist(),
            "c": c,
            "class_weights": weights,
        }
    )

lines = [{"made_by": "make.py", "versions": versions()}]
lines += [{"job": job, "answer": answer(job)} for job in jobs]
(here / "golden.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
