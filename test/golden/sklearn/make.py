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

# Ties, an absent class, one class only.
coarse = rng.integers(1, 5, size=(40, 4))
coarse = coarse / coarse.sum(axis=1, keepdims=True)
for truth in (labels(40, 4), labels(40, 3), [1] * 40):
    jobs.append({"kind": "ranks", "truth": truth, "posterior": coarse.tolist()})
jobs.append(
    {"kind": "ranks", "truth": labels(30, 2), "posterior": rng.dirichlet([1, 1], size=30).tolist()}
)
for classes, power in [(3, 0.5), (2, 1.6)]:
    p = np.round(rng.dirichlet(np.full(classes, 0.6), size=60), 4) + 1e-4
    p /= p.sum(axis=1, keepdims=True)
    q = p**power / (p**power).sum(axis=1, keepdims=True)
    jobs.append(
        {
            "kind": "temperature",
            "truth": [int(rng.choice(classes, p=one)) for one in q],
            "posterior": p.tolist(),
            "others": p[:5].tolist(),
        }
    )
for metric, units, seeds in [("uar", 6, 1), ("accuracy", 5, 2), ("macro_f1", 4, 2)]:
    y = np.concatenate([np.arange(3), rng.integers(3, size=27)])
    guess = [
        [np.where(rng.random(30) < right, y, rng.integers(3, size=30)).tolist() for _ in range(seeds)]
        for right in (0.7, 0.3)
    ]
    jobs.append(
        {
            "kind": "permutation",
            "truth": y.tolist(),
            "a": guess[0],
            "b": guess[1],
            "units": names(np.arange(30) % units),
            "classes": 3,
            "metric": metric,
        }
    )
for b, c in [(0, 0), (4, 4), (0, 5), (3, 12), (40, 21), (300, 260)]:
    jobs.append({"kind": "mcnemar", "b": b, "c": c})
for differences in [
    [1, 2, 3, 4, 5, 6],
    [1, 2, 2, -3, 0, 5, -1, 4],
    [0, 0, 0],
    [-1, -1, 1],
    rng.normal(0.3, size=24).tolist(),
]:
    jobs.append({"kind": "wilcoxon", "differences": differences})
for p in [[0.03], [0.04, 0.01, 0.03], [0.5, 0.5, 0.001, 0.02, 0.9]]:
    jobs.append({"kind": "holm", "p": p})

lines = [{"made_by": "make.py", "versions": versions()}]
lines += [{"job": job, "answer": answer(job)} for job in jobs]
(here / "golden.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
