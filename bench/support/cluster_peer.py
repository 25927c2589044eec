"""Clusters embeddings with SciPy and scikit-learn; for bench/cluster.ts.

A question is a line {"method", "path", "dimension", "threshold", "clusters"} of JSON: a file of float32 rows. The answer is the time of the
call and the labels.
"""

import json
import sys
import time

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.cluster import DBSCAN, KMeans

for line in sys.stdin:
    question = json.loads(line)
    rows = np.fromfile(question["path"], "<f4").reshape(-1, question["dimension"])
    rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    threshold = question.get("threshold", 0)
    start = time.perf_counter()
    if question["method"] == "averageLinkage":
        labels = fcluster(linkage(rows, "average", metric="cosine"), 1 - threshold, "distance")
    elif question["method"] == "dbscan":
        labels = DBSCAN(eps=1 - threshold, min_samples=question["minimum"], metric="cosine", n_jobs=1).fit_predict(rows)
    else:
        labels = KMeans(question["clusters"], n_init=1, random_state=1).fit_predict(rows)
    milliseconds = 1000 * (time.perf_counter() - start)
    print(json.dumps({"milliseconds": milliseconds, "labels": np.asarray(labels).tolist()}), flush=True)
