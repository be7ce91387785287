"""What scikit-learn, SciPy and NumPy say to a list of jobs: JSON in on stdin, JSON out on stdout.

Each function answers one kind of job; the TypeScript twin that answers with affekt's own code is
test/util/sklearn-jobs.ts.
"""

import json
import math
import pathlib
import sys
import warnings

import numpy as np
import scipy
import scipy.special
import scipy.stats
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    brier_score_loss,
    cohen_kappa_score,
    log_loss,
    matthews_corrcoef,
    multilabel_confusion_matrix,
    precision_recall_fscore_support,
)
from sklearn.model_selection import (
    LeaveOneGroupOut,
    StratifiedGroupKFold,
    StratifiedKFold,
)
from sklearn.preprocessing import StandardScaler

sys.dont_write_bytecode = True
sys.path.append(str(pathlib.Path(__file__).parent))

import paired  # noqa: E402


def scores(truth, predicted, classes):
    labels = list(range(classes))
    out = {
        "uar": balanced_accuracy_score(truth, predicted),
        "accuracy": accuracy_score(truth, predicted),
    }
    for average in ("macro", "weighted"):
        p, r, f, _ = precision_recall_fscore_support(
            truth, predicted, labels=labels, average=average, zero_division=0
        )
        out |= {f"{average}_precision": p, f"{average}_recall": r, f"{average}_f1": f}
    p, r, f, s = precision_recall_fscore_support(
        truth, predicted, labels=labels, average=None, zero_division=0
    )
    tn_fp = multilabel_confusion_matrix(truth, predicted, labels=labels)[:, 0]
    specificity = [tn / (tn + fp) if tn + fp else 0.0 for tn, fp in tn_fp]
    out |= {
        "macro_specificity": np.mean(specificity),
        "weighted_specificity": np.average(specificity, weights=s),
        "kappa": cohen_kappa_score(truth, predicted, labels=labels),
        "mcc": matthews_corrcoef(truth, predicted),
    }
    return {
        "values": out,
        "per_class": np.stack([p, r, f, specificity, s], axis=1).tolist(),
    }


def calibration(truth, posterior):
    p = np.array(posterior)
    y = np.array(truth)
    labels = list(range(p.shape[1]))
    top = p.max(axis=1)
    right = p.argmax(axis=1) == y
    # Bins are (low, high]; a confidence is never 0.
    bins = np.ceil(top * 15).astype(int) - 1
    ece = sum(
        (bins == b).mean() * abs(right[bins == b].mean() - top[bins == b].mean())
        for b in set(bins)
    )
    return {
        "ece": ece,
        "brier": brier_score_loss(y, p, labels=labels, scale_by_half=False),
        "log_loss": log_loss(y, p, labels=labels),
    }


def student(p, df):
    return scipy.stats.t.ppf(p, df)


def beta(a, b, x):
    return scipy.special.betainc(a, b, x)


def quantile(values, q):
    return np.quantile(values, q)


def speakers(values, level):
    mean, sem = np.mean(values), scipy.stats.sem(values)
    low, high = scipy.stats.t.interval(level, len(values) - 1, loc=mean, scale=sem)
    return [mean, low, high]


def _test_folds(splits, n):
    folds = np.full(n, -1)
    for number, (_, test) in enumerate(splits):
        folds[test] = number
    return folds.tolist()


def stratified_k_fold(labels, folds):
    return _test_folds(StratifiedKFold(folds).split(labels, labels), len(labels))


def stratified_group_k_fold(labels, groups, folds):
    splits = StratifiedGroupKFold(folds).split(labels, labels, groups)
    return _test_folds(splits, len(labels))


def leave_one_group_out(groups):
    return _test_folds(LeaveOneGroupOut().split(groups, groups, groups), len(groups))


def logreg(features, labels, c, class_weights):
    scaler = StandardScaler().fit(features)
    x = scaler.transform(features)
    model = LogisticRegression(
        C=c,
        class_weight=None if class_weights == "none" else class_weights,
        solver="newton-cholesky",
        tol=1e-12,
        max_iter=10_000,
    ).fit(x, labels)
    # Two classes are one vector here; both halves of it in a softmax.
    two = len(model.coef_) == 1
    return {
        "mean": scaler.mean_.tolist(),
        "scale": scaler.scale_.tolist(),
        "weights": (np.vstack([-model.coef_, model.coef_]) / 2 if two else model.coef_).tolist(),
        "intercepts": (
            np.concatenate([-model.intercept_, model.intercept_]) / 2 if two else model.intercept_
        ).tolist(),
        "posteriors": model.predict_proba(x).tolist(),
    }


KINDS = {
    "scores": scores,
    "calibration": calibration,
    "student": student,
    "beta": beta,
    "quantile": quantile,
    "speakers": speakers,
    "stratified_k_fold": stratified_k_fold,
    "stratified_group_k_fold": stratified_group_k_fold,
    "leave_one_group_out": leave_one_group_out,
    "logreg": logreg,
} | paired.KINDS


def answer(job):
    arguments = {key: value for key, value in job.items() if key != "kind"}
    with warnings.catch_warnings():
        # Classes without clips are part of what is compared.
        warnings.simplefilter("ignore")
        return plain(KINDS[job["kind"]](**arguments))


def plain(value):
    """JSON's own types; what is not defined is null."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value


def versions():
    return {
        "scikit-learn": sklearn.__version__,
        "scipy": scipy.__version__,
        "numpy": np.__version__,
    } | paired.VERSIONS


if __name__ == "__main__":
    json.dump([answer(job) for job in json.load(sys.stdin)], sys.stdout)
