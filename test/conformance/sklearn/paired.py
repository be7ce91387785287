"""Answers about tests of two sets of predictions, posteriors in rank order, and temperatures.

The second half of reference.py; the TypeScript twin is test/util/paired-jobs.ts.
"""

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats
import statsmodels
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    f1_score,
    roc_auc_score,
)
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.multitest import multipletests


def ranks(truth, posterior):
    y, p = np.array(truth), np.array(posterior)
    classes = range(p.shape[1])
    auc = [roc_auc_score(y == k, p[:, k]) for k in classes]
    precision = [
        average_precision_score(y == k, p[:, k]) if (y == k).any() else np.nan for k in classes
    ]
    macro = np.nanmean(auc) if not np.isnan(auc).all() else np.nan
    if len(classes) > 2 and not np.isnan(auc).any():
        macro = roc_auc_score(y, p, multi_class="ovr", average="macro", labels=list(classes))
    return {
        "roc_auc": macro,
        "average_precision": np.nanmean(precision),
        "per_class": np.stack([auc, precision], axis=1).tolist(),
    }


class Logits(ClassifierMixin, BaseEstimator):
    """A fitted classifier whose decisions are its inputs."""

    def fit(self, x, y):
        self.classes_ = np.arange(x.shape[1])
        return self

    def decision_function(self, x):
        # Of two classes scikit-learn takes one number d, and makes the logits -d and d of it.
        return (x[:, 1] - x[:, 0]) / 2 if x.shape[1] == 2 else x

    def predict(self, x):
        return x.argmax(axis=1)


def temperature(truth, posterior, others):
    y = np.array(truth)
    logits = np.log(np.maximum(posterior, np.finfo(float).eps))
    at = np.arange(len(y))

    def slope(inverse):
        p = scipy.special.softmax(logits * inverse, axis=1)
        return np.sum((p * logits).sum(axis=1) - logits[at, y])

    inverse = scipy.optimize.brentq(slope, 1 / 20, 20, xtol=1e-15, rtol=8.9e-16)
    other = np.log(np.maximum(others, np.finfo(float).eps))
    frozen = FrozenEstimator(Logits().fit(logits, y))
    calibrated = CalibratedClassifierCV(frozen, method="temperature")
    beta = calibrated.fit(logits, y).calibrated_classifiers_[0].calibrators[0].beta_
    # scikit-learn searches ln(1/T) to about 1e-8 of the loss, so only roughly in T.
    assert abs(np.log(beta / inverse)) < 1e-4, (beta, inverse)
    return {
        "temperature": 1 / inverse,
        "scaled": scipy.special.softmax(other * inverse, axis=1).tolist(),
    }


METRICS = {
    "uar": lambda y, p, k: balanced_accuracy_score(y, p),
    "accuracy": lambda y, p, k: accuracy_score(y, p),
    "macro_f1": lambda y, p, k: f1_score(y, p, labels=range(k), average="macro", zero_division=0),
}


def permutation(truth, a, b, units, classes, metric):
    """a and b: predictions per seed. All seeds of a unit are exchanged together."""
    y, a, b = np.array(truth), np.array(a), np.array(b)
    names, unit = np.unique(units, return_inverse=True)
    value = METRICS[metric]

    def difference(left, _):
        # `left` says for each unit which set's predictions are on the first side.
        swapped = left[unit] == 1
        first, second = np.where(swapped, b, a), np.where(swapped, a, b)
        return np.mean(
            [value(y, f, classes) - value(y, s, classes) for f, s in zip(first, second)]
        )

    zeros = np.zeros(len(names), dtype=int)
    result = scipy.stats.permutation_test(
        (zeros, zeros + 1),
        difference,
        permutation_type="samples",
        vectorized=False,
        n_resamples=np.inf,
    )
    return {"statistic": result.statistic, "p": result.pvalue}


def mcnemar(b, c):
    result = statsmodels_mcnemar([[3, b], [c, 4]], exact=True)
    few, n = min(b, c), b + c
    mid = 2 * scipy.stats.binom.cdf(few, n, 0.5) - scipy.stats.binom.pmf(few, n, 0.5)
    return {"statistic": result.statistic, "p": result.pvalue, "mid_p": mid}


def wilcoxon(differences):
    d = np.array(differences)
    d = d[d != 0]
    if len(d) == 0:
        return {"statistic": 0, "p": 1, "n": 0}
    tied = len(np.unique(np.abs(d))) < len(d)
    method = scipy.stats.PermutationMethod(n_resamples=np.inf) if tied else "exact"
    result = scipy.stats.wilcoxon(differences, zero_method="wilcox", method=method)
    return {"statistic": result.statistic, "p": result.pvalue, "n": len(d)}


def holm(p):
    return multipletests(p, method="holm")[1].tolist()


KINDS = {
    "ranks": ranks,
    "temperature": temperature,
    "permutation": permutation,
    "mcnemar": mcnemar,
    "wilcoxon": wilcoxon,
    "holm": holm,
}

VERSIONS = {"statsmodels": statsmodels.__version__}
