"""Verification and identification of templates, in NumPy and scikit-learn; for bench/ijb.ts. It needs numpy and scikit-learn.

A question is a line {"folder", "dimension", "fars", "sets", "fpirs"} of JSON. Media are averaged and templates summed as IJB-C is published,
detector scores weigh images, and the point of the curve nearest to a rate is printed. The answer has the true accept rates, and for the gallery
sets the mean top-1, top-5 and top-10 and the rates at each FPIR; scores go to scores.f64.
"""

import json
import os
import sys
import time

import numpy as np
from sklearn.metrics import roc_curve


def pooled(values, templates, media):
    order = np.lexsort((media, templates))
    t, m, x = templates[order], media[order], values[order]
    starts = np.flatnonzero(np.r_[True, (np.diff(t) != 0) | (np.diff(m) != 0)])
    counts = np.diff(np.r_[starts, len(t)])
    means = np.add.reduceat(x, starts) / counts[:, None]
    of_medium = t[starts]
    first = np.flatnonzero(np.r_[True, np.diff(of_medium) != 0])
    sums = np.add.reduceat(means, first)
    return sums / np.linalg.norm(sums, axis=1, keepdims=True), of_medium[first]


def identification(probes, labels, gallery, gallery_labels, fpirs):
    cosines = probes @ gallery.T
    mine = labels[:, None] == gallery_labels[None, :]
    enrolled = mine.any(axis=1)
    mate = np.where(mine, cosines, -np.inf).max(axis=1)
    other = np.where(mine, -np.inf, cosines)
    rank = 1 + (other >= mate[:, None]).sum(axis=1)
    best = np.sort(other[~enrolled].max(axis=1))[::-1]
    tops = [float((rank[enrolled] <= k).mean()) for k in (1, 5, 10)]
    rates = []
    for fpir in fpirs:
        allowed = int(np.floor(fpir * len(best) + 1e-9))
        # The lowest threshold that lets no more strangers through.
        threshold = best[allowed]
        rates.append(float(((rank == 1) & (mate > threshold))[enrolled].mean()))
    return tops, rates


for line in sys.stdin:
    question = json.loads(line)
    at = lambda name: os.path.join(question["folder"], name)
    start = time.perf_counter()
    listed = np.array([line.split()[1:] for line in open(at("tid_mid.txt"))], int)
    templates, media = listed[:, 0], listed[:, 1]
    detector = np.array([line.split()[-1] for line in open(at("5pts_score.txt"))], np.float32)
    values = np.fromfile(at("embeddings.f32"), "<f4").reshape(-1, question["dimension"])
    rows, ids = pooled(values.astype(np.float64) * detector.astype(np.float64)[:, None], templates, media)
    place = np.zeros(ids.max() + 1, int)
    place[ids] = np.arange(len(ids))
    pairs = np.fromfile(at("pair_label.txt"), int, sep=" ").reshape(-1, 3)
    scores = np.empty(len(pairs))
    for first in range(0, len(pairs), 100_000):
        a, b = (rows[place[pairs[first : first + 100_000, k]]] for k in (0, 1))
        scores[first : first + 100_000] = (a * b).sum(axis=1)
    fpr, tpr, _ = roc_curve(pairs[:, 2], scores)
    fpr, tpr = np.flipud(fpr), np.flipud(tpr)
    tars = [float(tpr[np.argmin(np.abs(fpr - far))]) for far in question["fars"]]
    milliseconds = 1000 * (time.perf_counter() - start)
    scores.tofile(at("scores.f64"))
    found = [
        identification(rows[place[question["probes"]]], np.array(question["labels"]), rows[place[one["templates"]]], np.array(one["labels"]), question["fpirs"])
        for one in question["galleries"]
    ]
    tops = np.mean([top for top, _ in found], axis=0).tolist()
    tpirs = np.mean([rate for _, rate in found], axis=0).tolist()
    print(json.dumps({"milliseconds": milliseconds, "tars": tars, "tops": tops, "tpirs": tpirs}), flush=True)
