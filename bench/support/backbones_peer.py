"""PyTorch's side of the backbones benchmark: training steps of MobileFaceNet and IR-18.

Needs: pip install torch. Reads one JSON line {"network", "batch", "size", "format", "threads"} a measurement from standard input,
format 'contiguous' or 'channels_last', and answers with {"milliseconds", "peakMegabytes"}.
"""
import json
import resource
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

from torch_networks import networks


class Training:
    """A network with ten classes on top, a batch, and an optimizer."""

    def __init__(self, network, batch, size, layout):
        torch.manual_seed(1)
        build, dimension = networks[network]
        self.layout = torch.channels_last if layout == 'channels_last' else torch.contiguous_format
        self.model = nn.Sequential(build(size), nn.Linear(dimension, 10, bias=False)).to(memory_format=self.layout)
        self.images = torch.randn(batch, 3, size, size).contiguous(memory_format=self.layout)
        self.labels = torch.arange(batch) % 10
        trained = [parameter for parameter in self.model.parameters() if parameter.requires_grad]
        self.optimizer = torch.optim.SGD(trained, lr=1e-3, momentum=0.9)

    def step(self):
        self.optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(self.images), self.labels)
        loss.backward()
        self.optimizer.step()
        return loss.item()


training = None
for line in sys.stdin:
    ask = json.loads(line)
    torch.set_num_threads(ask['threads'])
    if training is None:
        training = Training(ask['network'], ask['batch'], ask['size'], ask['format'])
    start = time.perf_counter()
    training.step()
    disposerFor = 1000 * (time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({'milliseconds': disposerFor, 'peakMegabytes': peak}), flush=True)
