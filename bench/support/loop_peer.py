"""PyTorch's side of the loop benchmark: MobileFaceNet under ArcFace on photographs, with the recipe of `face-margins train`.

Needs: pip install torch pillow. Reads JSON lines {"tar", "people", "batch", "steps", "threads"} from standard input, all alike. `tar` holds
folders of people; those named in `people` are trained on. Answers each line with {"milliseconds"} of so many steps, in which photographs are
read and decoded by one worker process, mirrored at random, clipped and learned from in channels_last.
"""
import io
import json
import sys
import tarfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import nn
from torch.utils.data import DataLoader, Dataset

from torch_networks import mobile_facenet

SCALE, MARGIN, RATE = 64.0, 0.5, 0.01


class Photographs(Dataset):
    def __init__(self, tar, people):
        number = {name: i for i, name in enumerate(people)}
        with tarfile.open(tar) as archive:
            members = [m for m in archive.getmembers() if m.isfile() and m.name.split('/')[-2] in number]
            self.files = [(archive.extractfile(m).read(), number[m.name.split('/')[-2]]) for m in members]

    def __len__(self):
        return len(self.files)

    def __getitem__(self, i):
        data, label = self.files[i]
        pixels = np.asarray(Image.open(io.BytesIO(data)).convert('RGB'), dtype=np.float32)
        image = torch.from_numpy(pixels).permute(2, 0, 1).sub_(127.5).div_(128)
        return (image.flip(2) if torch.rand(()) < 0.5 else image), label


def arcface(x, weights, labels):
    cosine = F.linear(F.normalize(x), F.normalize(weights)).clamp(-1 + 1e-7, 1 - 1e-7)
    target = torch.arange(len(x)), labels
    logits = cosine.clone()
    logits[target] = (cosine[target].arccos() + MARGIN).cos()
    return F.cross_entropy(SCALE * logits, labels)


class Training:
    def __init__(self, tar, people, batch):
        torch.manual_seed(1)
        self.network = mobile_facenet(112).to(memory_format=torch.channels_last)
        self.weights = nn.Parameter(0.01 * torch.randn(len(people), 128))
        self.parameters = [*self.network.parameters(), self.weights]
        self.optimizer = torch.optim.SGD(self.parameters, lr=RATE, momentum=0.9, weight_decay=5e-4)
        photographs = Photographs(tar, people)
        self.loader = DataLoader(photographs, batch, shuffle=True, drop_last=True, num_workers=1, persistent_workers=True)
        self.batches = self.endless()

    def endless(self):
        while True:
            yield from self.loader

    def step(self):
        images, labels = next(self.batches)
        self.optimizer.zero_grad(set_to_none=True)
        loss = arcface(self.network(images.to(memory_format=torch.channels_last)), self.weights, labels)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 5)
        self.optimizer.step()
        return loss.item()


training = None
for line in sys.stdin:
    ask = json.loads(line)
    torch.set_num_threads(ask['threads'])
    if training is None:
        training = Training(ask['tar'], ask['people'], ask['batch'])
    start = time.perf_counter()
    for _ in range(ask['steps']):
        training.step()
    print(json.dumps({'milliseconds': 1000 * (time.perf_counter() - start)}), flush=True)
