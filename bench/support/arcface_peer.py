"""PyTorch's side of the heads benchmark: an insightface-style ArcFace head, forward and the gradients of both inputs.

Needs: pip install torch. Reads one JSON line {"classes", "batch", "dimension", "threads"} a measurement from standard input and
answers with {"milliseconds", "peakMegabytes"}.
"""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

SCALE, MARGIN = 64.0, 0.5
state = {}


def inputs(classes, batch, dimension):
    if state.get('classes') != classes:
        torch.manual_seed(1)
        state.update(
            classes=classes,
            x=torch.randn(batch, dimension, requires_grad=True),
            w=(torch.randn(classes, dimension) * 0.01).requires_grad_(),
            y=torch.randint(0, classes, (batch,)),
        )
    return state['x'], state['w'], state['y']


def step(x, w, y):
    cosine = F.linear(F.normalize(x), F.normalize(w)).clamp(-1, 1)
    row = torch.arange(len(y))
    with torch.no_grad():
        target = cosine[row, y].arccos() + MARGIN
        cosine[row, y] = target.cos()
    F.cross_entropy(cosine * SCALE, y).backward()
    x.grad = w.grad = None


for line in sys.stdin:
    ask = json.loads(line)
    torch.set_num_threads(ask['threads'])
    x, w, y = inputs(ask['classes'], ask['batch'], ask['dimension'])
    start = time.perf_counter()
    step(x, w, y)
    disposerFor = 1000 * (time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({'milliseconds': disposerFor, 'peakMegabytes': peak}), flush=True)
