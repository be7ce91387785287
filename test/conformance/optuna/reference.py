"""What Optuna says of fixed studies, as JSON: densities, splits, groups, importance, decisions to prune.

Nothing here depends on Optuna's own random numbers. Ties between observations are sorted stably, which
NumPy leaves open. Usage: python reference.py > ../../golden/optuna/optuna.json
"""

import functools
import json
import logging
import math
import sys
import warnings

import numpy as np
import optuna
import scipy
from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.importance import PedAnovaImportanceEvaluator
from optuna.samplers import TPESampler
from optuna.samplers._tpe import _truncnorm
from optuna.samplers._tpe.sampler import _split_trials, default_gamma, default_weights
from optuna.search_space.group_decomposed import _SearchSpaceGroup
from optuna.trial import TrialState, create_trial
from scipy.stats import _qmc, qmc
from scipy.stats import wilcoxon as signed_rank

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(logging.ERROR)
np.argsort = functools.partial(np.argsort, kind="stable")

DIMENSIONS = {
    "lr": {"kind": "float", "low": 1e-5, "high": 1e-1, "log": True, "step": 0},
    "drop": {"kind": "float", "low": -5.0, "high": 10.0, "log": False, "step": 0},
    "fine": {"kind": "float", "low": 0.0, "high": 1.0, "log": False, "step": 0.25},
    "bands": {"kind": "int", "low": 16, "high": 128, "log": False, "step": 16},
    "batch": {"kind": "int", "low": 8, "high": 256, "log": True, "step": 1},
    "net": {"kind": "choice", "choices": ["a", "b", "c"]},
    "width": {"kind": "int", "low": 1, "high": 9, "log": False, "step": 1},
    "depth": {"kind": "float", "low": 0.0, "high": 4.0, "log": False, "step": 0},
}
# `width` and `depth` exist only for some nets.
CONDITIONS = {"width": {"net": ["a"]}, "depth": {"net": ["a", "c"]}}


def distribution(d):
    if d["kind"] == "choice":
        return CategoricalDistribution(d["choices"])
    if d["kind"] == "int":
        return IntDistribution(d["low"], d["high"], log=d["log"], step=d["step"])
    return FloatDistribution(d["low"], d["high"], log=d["log"], step=d["step"] or None)


DISTRIBUTIONS = {name: distribution(d) for name, d in DIMENSIONS.items()}


def draw(d, rng):
    """A number of the dimension: itself or the index of the choice."""
    if d["kind"] == "choice":
        return int(rng.integers(len(d["choices"])))
    if d["step"]:
        count = round((d["high"] - d["low"]) / d["step"]) + 1
        value = d["low"] + int(rng.integers(count)) * d["step"]
        return int(value) if d["kind"] == "int" else float(value)
    low, high = d["low"], d["high"]
    u = float(rng.uniform())
    return math.exp(math.log(low) + u * math.log(high / low)) if d["log"] else low + u * (high - low)


def point(rng):
    out = {}
    for name, d in DIMENSIONS.items():
        when = CONDITIONS.get(name, {})
        active = all(DIMENSIONS[k]["choices"][out[k]] in v for k, v in when.items())
        if active:
            out[name] = draw(d, rng)
    return out


def external(values):
    return {n: DISTRIBUTIONS[n].to_external_repr(v) for n, v in values.items()}


def loss(values):
    net = [0.3, 0.0, 0.1][values["net"]]
    return (
        (math.log10(values["lr"]) + 3) ** 2
        + net
        + 0.01 * (values["bands"] - 64) ** 2 / 64
        + 0.2 * abs(values.get("depth", 2) - 1)
    )


def study_of(seed, n, direction, only_complete=False):
    """Trials with every state, values on the way and ties."""
    rng = np.random.default_rng(seed)
    sign = 1 if direction == "minimise" else -1
    trials = []
    for number in range(n):
        values = point(rng)
        value = sign * round(loss(values) + float(rng.normal()) * 0.2, 1 if number % 3 else 6)
        state = "complete" if only_complete else str(
            rng.choice(["complete", "pruned", "running", "failed"], p=[0.5, 0.3, 0.1, 0.1])
        )
        reports = []
        if state == "pruned":
            steps = int(rng.integers(0, 4))
            reports = [[s + 1, float(rng.normal())] for s in range(steps)]
            if reports and number % 5 == 0:
                reports[-1][1] = None
        trials.append(
            {
                "number": number,
                "state": state,
                "point": values,
                "value": value if state == "complete" else None,
                "reports": reports,
            }
        )
    return {"direction": direction, "trials": trials}


STATES = {
    "complete": TrialState.COMPLETE,
    "pruned": TrialState.PRUNED,
    "running": TrialState.RUNNING,
    "failed": TrialState.FAIL,
}


def load(spec):
    direction = {"minimise": "minimize", "maximise": "maximize"}[spec["direction"]]
    study = optuna.create_study(direction=direction)
    for t in spec["trials"]:
        study.add_trial(
            create_trial(
                state=STATES[t["state"]],
                value=t["value"],
                params=external(t["point"]),
                distributions={n: DISTRIBUTIONS[n] for n in t["point"]},
                intermediate_values={s: math.nan if v is None else v for s, v in t["reports"]},
            )
        )
    return study


def search_case(seed, n, direction):
    spec = study_of(seed, n, direction)
    study = load(spec)
    sampler = TPESampler()
    used = [t for t in study.trials if t.state != TrialState.FAIL]
    finished = [t for t in used if t.state != TrialState.RUNNING]
    below, above = _split_trials(study, used, default_gamma(len(finished)))
    group = _SearchSpaceGroup()
    for t in finished:
        group.add_distributions(t.distributions)
    rng = np.random.default_rng(seed + 1000)
    groups = []
    for space in group.search_spaces:
        names = [n for n in DIMENSIONS if n in space]
        ordered = {n: space[n] for n in names}
        good = sampler._build_parzen_estimator(study, ordered, below, handle_below=True)
        rest = sampler._build_parzen_estimator(study, ordered, above, handle_below=False)
        rows = [[draw(DIMENSIONS[n], rng) for n in names] for _ in range(5)]
        samples = {n: np.array([r[i] for r in rows], float) for i, n in enumerate(names)}
        groups.append(
            {
                "names": names,
                "rows": rows,
                "good": good.log_pdf(samples).tolist(),
                "rest": rest.log_pdf(samples).tolist(),
                "weights": rest._mixture_distribution.weights.tolist(),
            }
        )
    spec["good"] = [t.number for t in below]
    spec["rest"] = [t.number for t in above]
    spec["groups"] = groups
    return spec


def importance_case(seed, n, direction):
    spec = study_of(seed, n, direction, only_complete=True)
    evaluator = PedAnovaImportanceEvaluator()
    found = optuna.importance.get_param_importances(load(spec), evaluator=evaluator)
    spec["importance"] = {k: float(v) for k, v in found.items()}
    return spec


P = optuna.pruners
PRUNERS = {
    "median": (lambda: P.MedianPruner(), 12),
    "median from step 3, every 2": (
        lambda: P.MedianPruner(n_startup_trials=4, n_warmup_steps=3, interval_steps=2),
        12,
    ),
    "percentile 25": (lambda: P.PercentilePruner(25.0, n_startup_trials=3, n_min_trials=2), 12),
    "halving 3": (lambda: P.SuccessiveHalvingPruner(min_resource=1, reduction_factor=3), 27),
    "halving 4 from 2": (
        lambda: P.SuccessiveHalvingPruner(
            min_resource=2, reduction_factor=4, min_early_stopping_rate=1
        ),
        40,
    ),
    "hyperband": (
        lambda: P.HyperbandPruner(min_resource=1, max_resource=27, reduction_factor=3),
        27,
    ),
    "wilcoxon": (lambda: P.WilcoxonPruner(), 10),
}


def pruner_case(name, direction):
    make, last = PRUNERS[name]
    rng = np.random.default_rng(7)
    optuna_direction = {"minimise": "minimize", "maximise": "maximize"}[direction]
    study = optuna.create_study(
        study_name="s", direction=optuna_direction, pruner=make(), sampler=TPESampler(seed=0)
    )
    sign = 1 if direction == "minimise" else -1
    trials = []
    for number in range(30):
        trial = study.ask()
        level = float(rng.uniform(0.2, 1))
        reports, pruned = [], False
        for step in range(1, last + 1):
            value = sign * round(level + math.exp(-step / 5) + float(rng.normal()) * 0.05, 4)
            # A tie and a lost value now and then.
            if number % 7 == 3 and step == 2:
                value = math.nan
            trial.report(value, step)
            pruned = bool(trial.should_prune())
            reports.append([step, None if math.isnan(value) else value, pruned])
            if pruned:
                break
        finite = [v for _, v, _ in reports if v is not None]
        mean = sum(finite) / len(finite)
        if pruned:
            study.tell(trial, state=TrialState.PRUNED)
        else:
            study.tell(trial, mean)
        trials.append({"value": None if pruned else mean, "reports": reports})
    case = {"name": name, "direction": direction, "trials": trials}
    if name == "hyperband":
        case["budgets"] = study.pruner._trial_allocation_budgets
        case["brackets"] = [study.pruner._get_bracket_id(study, t) for t in study.trials]
    return case


def signed_rank_cases():
    rng = np.random.default_rng(3)
    cases = []
    for n in [2, 3, 4, 5, 8, 10, 13, 14, 20]:
        for k in range(6):
            d = np.round(rng.normal(0.3, 0.5, n), 1 if k % 2 else 6).tolist()
            if k == 5:
                d[0] = 0.0
            p = signed_rank(d, alternative="greater", zero_method="zsplit").pvalue
            cases.append({"differences": d, "p": float(p)})
    return cases


def scrambled_case(base):
    """SciPy's own permutations, and what it makes of them."""
    permutations = _qmc._van_der_corput_permutations(base, rng=np.random.default_rng(base))
    values = _qmc.van_der_corput(30, base, scramble=True, permutations=permutations)
    return {"base": base, "permutations": permutations.tolist(), "values": values.tolist()}


def main():
    tails = [(-1, 1), (-8, -3), (2, 9), (-0.1, 40), (-40, -30), (30, 41), (0, 0.001), (-6.5, 7)]
    ends = np.array(tails, float).T
    logs = _truncnorm._log_gauss_mass(*ends).tolist()
    masses = [{"a": a, "b": b, "log_mass": log} for (a, b), log in zip(tails, logs)]
    sizes = [1, 5, 10, 11, 25, 26, 27, 60, 120]
    json.dump(
        {
            "made_by": {
                "optuna": optuna.__version__,
                "scipy": scipy.__version__,
                "numpy": np.__version__,
            },
            "dimensions": DIMENSIONS,
            "conditions": CONDITIONS,
            "gamma": [default_gamma(n) for n in range(400)],
            "weights": {n: default_weights(n).tolist() for n in [0, 1, 24, 25, 26, 30, 50]},
            "masses": masses,
            "search": [
                search_case(100 + n, n, d) for n in sizes for d in ("minimise", "maximise")
            ],
            "importance": [
                importance_case(500 + n, n, d)
                for n in [1, 3, 12, 50, 150]
                for d in ("minimise", "maximise")
            ],
            "pruners": [pruner_case(n, d) for n in PRUNERS for d in ("minimise", "maximise")],
            "signed_rank": signed_rank_cases(),
            "halton": qmc.Halton(8, scramble=False).random(40).tolist(),
            "scrambled": [scrambled_case(base) for base in (2, 7, 19)],
        },
        sys.stdout,
    )


main()
