import * as tf from '@tensorflow/tfjs-core';
import type {Pixels} from 'face-margins/data';
import {useWasm} from '../useWasm';
import type {Embedder} from './embedder';
import {FaceApi} from './faceApi';
import {faceApiEmbedder} from './faceApiEmbedder';
import {type AlignableFace, aligned, findFaces} from './findFaces';
import {type Command, type FoundFace, faceSize, type News} from './messages';
import {ownEmbedder} from './ownEmbedder';
import {Photograph} from './photograph';

// One of several workers, each with one photograph at a time and one thread: together they fill the cores.

const tell = (news: News) => postMessage(news);
const inWords = (error: unknown) => (error instanceof Error ? error.message : String(error));
let api: FaceApi;
let embedder: Embedder;

async function start({modelFolder, network}: Extract<Command, {type: 'start'}>): Promise<void> {
  await useWasm();
  api = await FaceApi.load(modelFolder, network === undefined);
  embedder = network ? await ownEmbedder(network) : faceApiEmbedder(api);
  const [embedding] = await embedded([blank(embedder.size)]);
  tell({type: 'ready', network: embedder.name, embeddingSize: embedding.length});
}

async function find({job, file, cropped}: Extract<Command, {type: 'find'}>): Promise<void> {
  const photograph = await Photograph.decode(file);
  const notes: string[] = [];
  const cut: {picture: Pixels; face: Pixels; box: FoundFace['box']; score: number}[] = [];
  try {
    if (cropped) {
      const whole = {x: 0, y: 0, width: photograph.width, height: photograph.height};
      const box = {x: 0, y: 0, width: 1, height: 1};
      const [picture, face] = [faceSize, embedder.size].map(size => photograph.pixels(whole, size, size));
      cut.push({picture, face, box, score: 1});
    } else {
      for (const found of await findFaces(photograph, api)) {
        try {
          cut.push({...alignedFace(found), box: partsOf(found.box, photograph), score: found.score});
        } catch {
          notes.push('One face is turned too far to be aligned.');
        }
      }
      if (cut.length + notes.length === 0) notes.push('No face was found.');
    }
  } finally {
    photograph.dispose();
  }
  const embeddings = cut.length > 0 ? await embedded(cut.map(({face}) => face)) : [];
  const faces = await Promise.all(
    cut.map(async ({picture, box, score}, i) => ({
      picture: await jpeg(picture),
      box,
      score,
      embedding: embeddings[i],
    })),
  );
  tell({type: 'found', job, faces, notes, tensors: tf.memory().numTensors});
}

const alignedFace = (face: AlignableFace) => ({
  picture: aligned(face, faceSize),
  face: aligned(face, embedder.size, embedder.template),
});

const partsOf = ({x, y, width, height}: AlignableFace['box'], photograph: Photograph) => ({
  x: x / photograph.width,
  y: y / photograph.height,
  width: width / photograph.width,
  height: height / photograph.height,
});

/** Faces at once: more take more memory, and no less time. */
const batchSize = 8;

/** The embeddings of aligned faces, of length 1. */
async function embedded(faces: Pixels[]): Promise<Float32Array[]> {
  const all: Float32Array[] = [];
  for (let from = 0; from < faces.length; from += batchSize) {
    const batch = faces.slice(from, from + batchSize);
    const unit = tf.tidy(() => {
      const raw = embedder.embed(batch);
      return tf.div<tf.Tensor2D>(raw, tf.maximum(tf.norm(raw, 2, 1, true), 1e-12));
    });
    const values = await unit.data<'float32'>();
    unit.dispose();
    const size = values.length / batch.length;
    for (let i = 0; i < batch.length; i++) all.push(values.slice(i * size, (i + 1) * size));
  }
  return all;
}

async function jpeg({data, width, height}: Pixels): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(new ImageData(Uint8ClampedArray.from(data), width, height), 0, 0);
  return canvas.convertToBlob({type: 'image/jpeg', quality: 0.9});
}

const blank = (size: number): Pixels => ({
  data: new Uint8ClampedArray(4 * size * size).fill(128),
  width: size,
  height: size,
});

self.onmessage = async ({data}: MessageEvent<Command>) => {
  if (data.type === 'start') {
    await start(data).catch(error => tell({type: 'failed', message: inWords(error)}));
    return;
  }
  await find(data).catch(error => tell({type: 'unreadable', job: data.job, message: inWords(error)}));
};
