"""MobileFaceNet and IR-18 in PyTorch, as insightface defines them, for the peers of the benchmarks."""
from torch import nn


def activated(inputs, outputs, kernel=1, stride=1, padding=0, groups=1):
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs), nn.PReLU(outputs))


class Bottleneck(nn.Module):
    def __init__(self, inputs, expanded, outputs, stride):
        super().__init__()
        self.shortcut = stride == 1
        self.layers = nn.Sequential(
            activated(inputs, expanded),
            activated(expanded, expanded, 3, stride, 1, groups=expanded),
            nn.Conv2d(expanded, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x):
        return x + self.layers(x) if self.shortcut else self.layers(x)


def mobile_facenet(size, dimension=128):
    def stage(inputs, first, expanded, outputs, repeats):
        return [Bottleneck(inputs, first, outputs, 2)] + [Bottleneck(outputs, expanded, outputs, 1) for _ in range(repeats)]

    return nn.Sequential(
        activated(3, 64, 3, 2, 1),
        activated(64, 64, 3, 1, 1, groups=64),
        *stage(64, 128, 128, 64, 4),
        *stage(64, 256, 256, 128, 6),
        *stage(128, 512, 256, 128, 2),
        activated(128, 512),
        nn.Conv2d(512, 512, size // 16, groups=512, bias=False),
        nn.BatchNorm2d(512),
        nn.Flatten(),
        nn.Linear(512, dimension, bias=False),
        nn.BatchNorm1d(dimension),
    )


class ImprovedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.residual = nn.Sequential(
            nn.BatchNorm2d(inputs),
            nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.PReLU(outputs),
            nn.Conv2d(outputs, outputs, 3, stride, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = (
            nn.Identity()
            if stride == 1
            else nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
        )

    def forward(self, x):
        return self.residual(x) + self.shortcut(x)


def ir_resnet_18(size, dimension=512):
    blocks = []
    inputs = 64
    for outputs in (64, 128, 256, 512):
        blocks += [ImprovedResidual(inputs, outputs, 2), ImprovedResidual(outputs, outputs, 1)]
        inputs = outputs
    last = nn.BatchNorm1d(dimension)
    last.weight.requires_grad_(False)
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, 1, 1, bias=False),
        nn.BatchNorm2d(64),
        nn.PReLU(64),
        *blocks,
        nn.BatchNorm2d(512),
        nn.Flatten(),
        nn.Linear(512 * (size // 16) ** 2, dimension),
        last,
    )


networks = {'mobileFaceNet': (mobile_facenet, 128), 'irResNet18': (ir_resnet_18, 512)}
