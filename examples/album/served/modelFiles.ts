import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import type {Plugin} from 'vite';

/** The networks that the page loads. */
const networks = ['ssd_mobilenetv1_model', 'face_landmark_68_model', 'face_recognition_model'];

/** Gives the page `models/…` from the npm package `@vladmandic/face-api`: while serving, and as files of a build. */
export function modelFiles(): Plugin {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json')),
    'model',
  );
  const names = networks.flatMap(network => [`${network}-weights_manifest.json`, `${network}.bin`]);
  return {
    name: 'model-files',
    configureServer({middlewares}) {
      middlewares.use((request, response, next) => {
        const name = names.find(each => request.url?.split('?')[0].endsWith(`/models/${each}`));
        if (name === undefined) return next();
        response.setHeader(
          'Content-Type',
          name.endsWith('.json') ? 'application/json' : 'application/octet-stream',
        );
        response.setHeader('Cache-Control', 'max-age=3600');
        response.end(readFileSync(join(folder, name)));
      });
    },
    generateBundle() {
      for (const name of names)
        this.emitFile({type: 'asset', fileName: `models/${name}`, source: readFileSync(join(folder, name))});
    },
  };
}
