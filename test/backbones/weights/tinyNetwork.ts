import {readFileSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {input, type LayersModel, model} from '@tensorflow/tfjs-layers';
import {groupedConvolution} from '../../../src/backbones/layers/groupedConvolution';
import {networkBlocks} from '../../../src/backbones/layers/networkBlocks';
import {squeezeAndExcite} from '../../../src/backbones/layers/squeezeAndExcite';
import {uniforms} from './parityFixture';

/** Where `test/fixtures/backbones/make_tiny.py` wrote a file. */
export const tinyPath = (name: string): URL => new URL(`../../fixtures/backbones/${name}`, import.meta.url);

/** A file that `test/fixtures/backbones/make_tiny.py` wrote. */
export const tinyFile = (name: string): Buffer => readFileSync(tinyPath(name));

const {shape, embeddings} = JSON.parse(readFileSync(tinyPath('tiny.json'), 'utf8')) as {
  shape: [number, number, number, number];
  embeddings: number[][];
};

/** What PyTorch makes of {@link tinyImages}. */
export const tinyEmbeddings: number[] = embeddings.flat();

export const tinyImages = (): tf.Tensor =>
  tf.transpose(
    tf.tensor4d(uniforms('images', shape[0] * shape[1] * shape[2] * shape[3]), shape),
    [0, 2, 3, 1],
  );

/** The network of make_tiny.py: a grouped convolution, a block with squeeze-and-excitation, two fully connected layers. */
export function tinyNetwork({filters = 16, stride = 2, embeddingSize = 4, se = true} = {}): LayersModel {
  const blocks = networkBlocks('tiny', {}, 1);
  const images = input({shape: [shape[2], shape[3], shape[1]]});
  const kernel = {filters, kernelSize: 3, stddev: 0.1};
  let features = blocks.convolution(images, 'stem.0', {...kernel, filters: 16});
  features = blocks.prelu(blocks.norm(features, 'stem.1'), 'stem.2');
  features = groupedConvolution(blocks, features, 'grouped.0', {groups: 8, stddev: 0.1});
  features = blocks.prelu(blocks.norm(features, 'grouped.1'), 'grouped.2');
  let inner = blocks.convolution(blocks.norm(features, 'bn1'), 'conv1', kernel);
  inner = blocks.prelu(blocks.norm(inner, 'bn2'), 'prelu');
  inner = blocks.depthwise(inner, 'conv2', {kernelSize: 3, strides: stride, stddev: 0.1});
  inner = blocks.norm(inner, 'bn3');
  if (se) inner = squeezeAndExcite(blocks, inner, 'se');
  const projection = {...kernel, kernelSize: 1, strides: stride};
  const shortcut = blocks.norm(blocks.convolution(features, 'downsample.0', projection), 'downsample.1');
  features = blocks.norm(blocks.add([inner, shortcut], 'add'), 'bn');
  features = blocks.dense(features, 'fc', {units: 8, useBias: false, stddev: 0.1});
  features = blocks.norm(features, 'norm');
  features = blocks.dense(features, 'fc2', {units: embeddingSize, useBias: true, stddev: 0.1});
  return model({
    inputs: images,
    outputs: blocks.norm(features, 'features', {trainGamma: false}),
    name: 'tiny',
  });
}
