"""PyTorch's side of the ranks benchmark: a model-parallel ArcFace head with partial FC, written from the paper (An et al., arXiv 2203.15565).

Needs: pip install torch. Reads JSON lines {"ranks", "classes", "batch", "dimension", "sample", "steps"} from standard input, all alike, starts so many
processes joined by gloo, each with one thread, and answers each line with {"milliseconds", "peakMegabytes"} of a step of rank 0. With
"arcfaceTorch", the folder recognition/arcface_torch of insightface, it measures that PartialFC_V2 and torch's SGD instead.
"""
import json
import os
import resource
import sys
import tempfile
import time

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
import torch.nn.functional as F

SCALE, MARGIN, RATE, MOMENTUM, DECAY = 64.0, 0.5, 0.01, 0.9, 5e-4


def step(x, labels, weights, velocity, first, rank, ranks, sample):
    """Loss, the gradient to this rank's embeddings, and a step of SGD for the drawn rows."""
    batch, dimension = x.shape
    xs = [torch.empty_like(x) for _ in range(ranks)]
    ys = [torch.empty_like(labels) for _ in range(ranks)]
    if ranks > 1:
        dist.all_gather(xs, x)
        dist.all_gather(ys, labels)
        x_all, y_all = torch.cat(xs), torch.cat(ys)
    else:
        x_all, y_all = x, labels
    own = (y_all >= first) & (y_all < first + len(weights))
    target = torch.where(own, y_all - first, torch.zeros_like(y_all))
    index = None
    w = weights
    if sample < 1:
        positive = torch.unique(target[own])
        order = torch.rand(len(weights))
        order[positive] = 2.0
        index = torch.topk(order, max(int(sample * len(weights)), len(positive)))[1].sort()[0]
        target = torch.searchsorted(index, target).clamp(max=len(index) - 1)
        w = weights[index]
    w = w.detach().requires_grad_()
    x_all = x_all.detach().requires_grad_()
    cosine = F.linear(F.normalize(x_all), F.normalize(w)).clamp(-1, 1)
    rows = own.nonzero().flatten()
    with torch.no_grad():
        logits = cosine.detach().clone()
        at = logits[rows, target[rows]]
        angle = at.arccos() + MARGIN
        logits[rows, target[rows]] = angle.cos()
        slope = angle.sin() / (1 - at * at).clamp(min=1e-12).sqrt()
        logits *= SCALE
        largest = logits.max(1, keepdim=True)[0]
        if ranks > 1:
            dist.all_reduce(largest, dist.ReduceOp.MAX)
        logits.sub_(largest).exp_()
        total = logits.sum(1, keepdim=True)
        if ranks > 1:
            dist.all_reduce(total, dist.ReduceOp.SUM)
        gradient = logits.div_(total)
        gradient[rows, target[rows]] -= 1
        gradient *= SCALE / len(x_all)
        gradient[rows, target[rows]] *= slope
    cosine.backward(gradient)
    with torch.no_grad():
        dx = x_all.grad
        if ranks > 1:
            dist.all_reduce(dx, dist.ReduceOp.SUM)
        dx = dx[rank * batch:(rank + 1) * batch]
        change = w.grad.add_(w, alpha=DECAY)
        if index is None:
            velocity.mul_(MOMENTUM).add_(change)
            weights.add_(velocity, alpha=-RATE)
        else:
            kept = velocity[index].mul_(MOMENTUM).add_(change)
            velocity[index] = kept
            weights[index] -= RATE * kept
    return dx


def theirs(folder, classes, dimension, sample):
    """A step of arcface_torch's own head, as its train_v2.py takes it."""
    sys.path.insert(0, folder)
    from losses import CombinedMarginLoss
    from partial_fc_v2 import PartialFC_V2
    # It moves what it makes to a GPU.
    torch.Tensor.cuda = lambda tensor, *_: tensor
    head = PartialFC_V2(CombinedMarginLoss(SCALE, 1.0, MARGIN, 0.0), dimension, classes, sample)
    optimizer = torch.optim.SGD(head.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=DECAY)

    def run(x, labels):
        head(x.detach().requires_grad_(), labels.clone()).backward()
        optimizer.step()
        optimizer.zero_grad()
    return run


def ours(classes, dimension, sample, rank, ranks):
    """A step of the head above."""
    first, end = classes * rank // ranks, classes * (rank + 1) // ranks
    weights = torch.randn(end - first, dimension) * 0.01
    velocity = torch.zeros_like(weights)
    return lambda x, labels: step(x, labels, weights, velocity, first, rank, ranks, sample)


def work(rank, question, where, turns, answers):
    """Measures steps whenever it is its turn, and sleeps meanwhile."""
    torch.set_num_threads(1)
    torch.manual_seed(1 + rank)
    ranks, classes, batch, dimension = (question[name] for name in ('ranks', 'classes', 'batch', 'dimension'))
    sample, folder = question.get('sample', 1), question.get('arcfaceTorch')
    if ranks > 1 or folder:
        dist.init_process_group('gloo', init_method=f'file://{where}/store', rank=rank, world_size=ranks)
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    run = theirs(folder, classes, dimension, sample) if folder else ours(classes, dimension, sample, rank, ranks)
    x, y = torch.randn(batch, dimension), torch.randint(0, classes, (batch,))
    while turns[rank].get():
        if ranks > 1:
            dist.barrier()
        start = time.perf_counter()
        for _ in range(question['steps']):
            run(x, y)
        if ranks > 1:
            dist.barrier()
        milliseconds = 1000 * (time.perf_counter() - start) / question['steps']
        if rank == 0:
            peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) / 1024
            answers.put({'milliseconds': milliseconds, 'peakMegabytes': peak})
    if dist.is_initialized():
        dist.destroy_process_group()


def main():
    processes = mp.get_context('spawn')
    with tempfile.TemporaryDirectory() as where:
        turns, answers, workers = [], processes.Queue(), None
        for line in sys.stdin:
            question = json.loads(line)
            if workers is None:
                turns = [processes.Queue() for _ in range(question['ranks'])]
                workers = mp.spawn(work, args=(question, where, turns, answers), nprocs=question['ranks'], join=False)
            for turn in turns:
                turn.put(True)
            print(json.dumps(answers.get()), flush=True)
        for turn in turns:
            turn.put(False)
        if workers is not None:
            workers.join()


if __name__ == '__main__':
    os.environ.setdefault('GLOO_SOCKET_IFNAME', 'lo')
    main()
