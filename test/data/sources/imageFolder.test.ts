import {createWriteStream, existsSync} from 'node:fs';
import {mkdir, readFile, symlink} from 'node:fs/promises';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {createGzip, gzipSync} from 'node:zlib';
import sharp from 'sharp';
import {pack} from 'tar-stream';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {imageFolder} from '../../../src/data/sources/imageFolder';
import {bmpBytes} from '../../support/bmpBytes';
import {plain, writeFiles} from '../../support/pictures';
import {temporaryFolder} from '../../support/temporaryFolder';

beforeAll(async () => {
  await useBackend('cpu');
});

const folder = temporaryFolder();

const open = (options = {}) => imageFolder(folder.path, {size: 8, ...options});
const firstPixel = async (image: number, options = {}) =>
  [...(await (await open(options)).images.pixels(image))].slice(0, 3);

describe('imageFolder', () => {
  it('takes folders for identities, and only images for images', async () => {
    await writeFiles(folder.path, {
      'Zoé/b.PNG': await plain('red'),
      'Zoé/a.webp': await plain('blue', 'webp'),
      'Zoé/more/c.jpeg': await plain('lime', 'jpeg'),
      'Zoé/.hidden.png': 'no',
      'Zoé/notes.txt': 'no',
      'Ann/1.Jpg': await plain('white', 'jpeg'),
      '李/1.png': await plain('black'),
      '.git/x.png': 'no',
      'readme.md': 'no',
    });
    const faces = await open();
    expect(faces.classes).toEqual(['Ann', 'Zoé', '李']);
    expect(faces.images.names).toEqual([
      'Ann/1.Jpg',
      'Zoé/a.webp',
      'Zoé/b.PNG',
      'Zoé/more/c.jpeg',
      '李/1.png',
    ]);
    expect([...faces.labels]).toEqual([0, 1, 1, 1, 2]);
    expect(await firstPixel(2)).toEqual([255, 0, 0]);
    expect(faces.summary()).toBe('5 images of 3 identities.');
  });

  it('reads every format of sharp, and PGM, PPM and BMP, whatever the case of their names', async () => {
    const picture = sharp({create: {width: 8, height: 8, channels: 3, background: '#ff8000'}});
    const gray = Buffer.concat([Buffer.from('P5 8 8 65535 '), Buffer.alloc(128, 0x80)]);
    const files = {
      'a/1.jfif': await picture.clone().jpeg({quality: 100}).toBuffer(),
      'a/2.JPE': await picture.clone().jpeg({quality: 100}).toBuffer(),
      'a/3.gif': await picture.clone().gif().toBuffer(),
      'a/4.Tif': await picture.clone().tiff().toBuffer(),
      'a/5.tiff': await picture.clone().toColorspace('rgb16').tiff().toBuffer(),
      'a/6.AVIF': await picture.clone().avif({lossless: true}).toBuffer(),
      'b/1.ppm': Buffer.concat([Buffer.from('P6\n8 8\n255\n'), await picture.clone().raw().toBuffer()]),
      'b/2.PGM': gray,
      'b/3.pnm': `P3 8 8 2\n${'2 1 0\n'.repeat(64)}`,
      // Blue first.
      'b/4.BMP': bmpBytes({width: 8, height: 8, bits: 24, pixels: Array(64).fill([0, 128, 255]).flat()}),
    };
    await writeFiles(join(folder.path, 'faces'), files);
    const tar = await archived('faces.tar', files);
    for (const path of [join(folder.path, 'faces'), tar]) {
      const faces = await imageFolder(path, {size: 4});
      expect(faces.images.names).toEqual(Object.keys(files));
      for (const [i, name] of Object.keys(files).entries()) {
        const pixel = [...(await faces.images.pixels(i)).subarray(0, 3)];
        const expected = name === 'b/2.PGM' ? [128, 128, 128] : [255, 128, 0];
        const apart = Math.max(...pixel.map((value, channel) => Math.abs(value - expected[channel])));
        expect(apart, name).toBeLessThanOrEqual(name.startsWith('b') ? 0 : 3);
      }
    }
  });

  it('counts and names images of other formats', async () => {
    const red = await plain('red');
    const files = {'a/1.png': red, 'b/1.JXL': red, 'b/2.heic': red, 'b/2.png': red, 'b/x.txt': 'no'};
    await writeFiles(join(folder.path, 'faces'), files);
    for (const path of [join(folder.path, 'faces'), await archived('faces.tar', files)]) {
      const faces = await imageFolder(path, {size: 4});
      expect(faces.summary()).toBe(
        '2 images of 2 identities; 2 images are of a format that is not read (convert to PNG): b/1.JXL, b/2.heic.',
      );
      expect(faces.select(() => true).summary()).toBe('2 images of 2 identities.');
    }
    const bitmaps = {'a/1.jxl': red, 'b/1.jxl': red};
    await writeFiles(join(folder.path, 'old'), bitmaps);
    await expect(imageFolder(join(folder.path, 'old'))).rejects.toThrow(
      /old.a holds no images .* 1 image is of a format that is not read \(convert to PNG\): a.1\.jxl\.$/,
    );
    await expect(imageFolder(await archived('old.tar', bitmaps))).rejects.toThrow(
      'files inside. 2 images are of a format that is not read (convert to PNG): a/1.jxl, b/1.jxl.',
    );
  });

  it('follows links, and one that leads back only once', async () => {
    await writeFiles(folder.path, {'a/1.png': await plain('red'), 'away/2.png': await plain('blue')});
    await mkdir(join(folder.path, 'b'));
    await symlink(join(folder.path, 'away', '2.png'), join(folder.path, 'b', 'linked.png'));
    await symlink(join(folder.path, 'b'), join(folder.path, 'b', 'loop'));
    await symlink(join(folder.path, 'a'), join(folder.path, 'c'));
    expect((await open()).images.names).toEqual(['a/1.png', 'away/2.png', 'b/linked.png', 'c/1.png']);
  });

  it('gives RGB whatever the file holds', async () => {
    const orange = {r: 240, g: 128, b: 64};
    const create = (channels: 3 | 4, background: object) =>
      sharp({
        create: {width: 9, height: 9, channels, background: background as {r: number; g: number; b: number}},
      });
    const gray = Math.round(0.299 * 240 + 0.587 * 128 + 0.114 * 64);
    await writeFiles(folder.path, {
      'a/alpha.png': await create(4, {...orange, alpha: 0.5})
        .png()
        .toBuffer(),
      'a/cmyk.jpg': await create(3, orange).toColorspace('cmyk').jpeg({quality: 100}).toBuffer(),
      'a/deep.png': await create(3, orange).toColorspace('rgb16').png().toBuffer(),
      'a/gray.png': await create(3, {r: gray, g: gray, b: gray}).toColorspace('b-w').png().toBuffer(),
      'b/palette.png': await create(3, orange).png({palette: true}).toBuffer(),
    });
    expect(await firstPixel(0)).toEqual([120, 64, 32]);
    const [r, g, b] = await firstPixel(1);
    expect(Math.max(Math.abs(r - 240), Math.abs(g - 128), Math.abs(b - 64))).toBeLessThan(25);
    expect(await firstPixel(2)).toEqual([240, 128, 64]);
    expect(await firstPixel(3)).toEqual([gray, gray, gray]);
    expect(await firstPixel(4)).toEqual([240, 128, 64]);
  });

  it('turns an image as its EXIF data says', async () => {
    const halves = Buffer.concat([Buffer.alloc(8 * 4 * 3, 255), Buffer.alloc(8 * 4 * 3, 0)]);
    const upright = sharp(halves, {raw: {width: 8, height: 8, channels: 3}});
    // 8: the camera was held so that the picture has to be turned by 90° to the left.
    await writeFiles(folder.path, {
      'a/1.png': await upright.clone().withMetadata({orientation: 8}).png().toBuffer(),
      'b/1.png': await upright.png().toBuffer(),
    });
    const {images} = await open();
    const row = async (i: number) =>
      [...(await images.pixels(i)).subarray(0, 24)].filter((_, j) => j % 3 === 0);
    expect(await row(1)).toEqual([255, 255, 255, 255, 255, 255, 255, 255]);
    expect(await row(0)).toEqual([255, 255, 255, 255, 0, 0, 0, 0]);
  });

  it('scales an image of another shape until it covers the size, and takes the middle', async () => {
    const wide = Buffer.concat(Array.from({length: 8}, () => stripes(4, 8, 4)));
    await writeFiles(folder.path, {
      'a/1.png': await sharp(wide, {raw: {width: 16, height: 8, channels: 3}})
        .png()
        .toBuffer(),
      'b/1.png': await plain('red'),
    });
    expect(await firstPixel(0)).toEqual([255, 255, 255]);
    expect((await (await open({size: [4, 6]})).images.pixels(1)).length).toBe(4 * 6 * 3);
  });

  it('names an image that cannot be read, and shows another of the same person', async () => {
    const good = await plain('red', 'jpeg', 64);
    await writeFiles(folder.path, {
      'a/broken.jpg': good.subarray(0, good.length - 30),
      'a/empty.png': '',
      'a/good.jpg': good,
      'b/1.png': await plain('blue'),
    });
    const names: string[] = [];
    const faces = await open({onUnreadable: ({image}: {image: string}) => names.push(image)});
    for await (const {images, labels} of faces.batches({size: 4, shuffle: false}).epoch(0)) {
      expect([...labels.dataSync()]).toEqual([0, 0, 0, 1]);
      const red = [0, 1, 2].map(i => images.dataSync()[i * 192] > 0.9);
      expect(red).toEqual([true, true, true]);
      images.dispose();
      labels.dispose();
    }
    expect(names.sort()).toEqual(['a/broken.jpg', 'a/empty.png']);
    expect(faces.summary()).toBe('4 images of 2 identities; 2 cannot be read: a/broken.jpg, a/empty.png.');
    expect((await faces.readAll()).summary()).toBe('2 images of 2 identities.');
    const strict = await open({unreadable: 'error'});
    await expect(strict.readAll()).rejects.toThrow(/^a\/(broken.jpg|empty.png) cannot be read as an image: /);
  });

  it('says what is wrong with a folder that nothing can be learned from', async () => {
    await expect(open()).rejects.toThrow('holds no images: it must have a folder for each person');
    await writeFiles(folder.path, {'me.png': await plain('red')});
    await expect(open()).rejects.toThrow('holds 1 images but no folders');
    await writeFiles(folder.path, {'a/1.png': await plain('red')});
    await expect(open()).rejects.toThrow('holds images of a alone: at least two identities are needed');
    await mkdir(join(folder.path, 'b'));
    await expect(open()).rejects.toThrow(
      `${join(folder.path, 'b')} holds no images (JPEG, PNG or WebP): remove it`,
    );
    await expect(imageFolder(join(folder.path, 'nowhere'))).rejects.toThrow('ENOENT');
  });

  const people = {
    'Ann/2019/1.png': 'red',
    'Ann/2020/2.png': 'lime',
    'Bob/2019/3.png': 'blue',
    'Bob/4.png': 'white',
    'Bob/._4.png': 'black',
    'Bob/.thumbnails/4.png': 'black',
    'Bob-2/5.png': 'yellow',
    '__MACOSX/Bob/4.png': 'black',
    'cover.png': 'black',
  };

  /** An archive of the files, in an order that is not theirs. */
  async function archived(name: string, files: Record<string, Uint8Array | string>): Promise<string> {
    const archive = pack();
    for (const [file, content] of Object.entries(files).reverse()) {
      archive.entry({name: file}, typeof content === 'string' ? content : Buffer.from(content));
    }
    archive.finalize();
    const path = join(folder.path, name);
    if (name.endsWith('gz')) await pipeline(archive, createGzip(), createWriteStream(path));
    else await pipeline(archive, createWriteStream(path));
    return path;
  }

  async function drawn(prefix = ''): Promise<Record<string, Uint8Array>> {
    const files: Record<string, Uint8Array> = {};
    for (const [name, color] of Object.entries(people)) files[prefix + name] = await plain(color);
    return files;
  }

  it.each(['', './', 'faces/', './sets/faces/', '/home/ann/faces/'])(
    'reads a tar archive as the folder it was made from, with names that begin with "%s"',
    async prefix => {
      await writeFiles(join(folder.path, 'faces'), await drawn());
      const unpacked = await imageFolder(join(folder.path, 'faces'), {size: 8});
      const path = await archived('faces.tar', {...(await drawn(prefix)), [`${prefix}Bob/notes.txt`]: 'no'});
      const faces = await imageFolder(path, {size: 8});
      expect(faces.classes).toEqual(['Ann', 'Bob', 'Bob-2']);
      expect(faces.classes).toEqual(unpacked.classes);
      expect(faces.labels).toEqual(unpacked.labels);
      expect(faces.images.names).toEqual(unpacked.images.names);
      for (let i = 0; i < faces.length; i++) {
        expect(await faces.images.pixels(i)).toEqual(await unpacked.images.pixels(i));
      }
    },
  );

  it('reads a gzipped archive, whatever its name', async () => {
    const path = await archived('faces.tgz', await drawn('lfw/'));
    expect((await imageFolder(path, {size: 8})).classes).toEqual(['Ann', 'Bob', 'Bob-2']);
    const whole = await readFile(path);
    await writeFiles(folder.path, {'other.tar': whole, 'torn.tgz': whole.subarray(0, whole.length / 2)});
    expect((await imageFolder(join(folder.path, 'other.tar'), {size: 8})).length).toBe(5);
    await expect(imageFolder(join(folder.path, 'torn.tgz'))).rejects.toThrow(
      /torn.tgz is not a tar archive, or is damaged: /,
    );
  });

  it('stops at an entry that no image of the archive could have', async () => {
    // A header that claims 8 GiB, though nothing follows.
    const header = Buffer.alloc(512);
    for (const [at, field] of [
      [0, 'Ann/1.png'],
      [124, '77777777777'],
      [148, '        '],
      [156, '0'],
      [257, 'ustar'],
      [263, '00'],
    ] as const) {
      header.write(field, at);
    }
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    await writeFiles(folder.path, {'claim.tgz': gzipSync(header)});
    await expect(imageFolder(join(folder.path, 'claim.tgz'))).rejects.toThrow(
      /claim.tgz inflates to images of more than 100 times its size at Ann\/1.png, which alone has 8589934591 bytes/,
    );
    // Two entries of 40 MiB, of zeros, in an archive of 80 kB.
    const zeros = new Uint8Array(40 * 2 ** 20);
    const bomb = await archived('bomb.tgz', {'Ann/1.png': zeros, 'Bob/2.png': zeros});
    await expect(imageFolder(bomb)).rejects.toThrow(/bomb.tgz inflates to images of more than 100 times/);
    // What is no image takes no memory.
    const beside = {...(await drawn()), 'Ann/notes.txt': Buffer.concat([zeros, zeros])};
    expect((await imageFolder(await archived('large.tgz', beside), {size: 8})).length).toBe(5);
  });

  it('says what is wrong with an archive that nothing can be learned from', async () => {
    const png = await plain('red');
    const error = async (files: Record<string, Uint8Array | string>) =>
      imageFolder(await archived('x.tar', files)).then(
        () => undefined,
        (reason: Error) => reason.message.replace(folder.path, ''),
      );
    expect(await error({'Ann/._1.png': 'no', 'notes.txt': 'no'})).toMatch(
      '/x.tar holds no images: it must have a folder',
    );
    expect(await error({'1.png': png, './2.png': png})).toMatch('/x.tar holds 2 images but no folders');
    expect(await error({'lfw/Ann/1.png': png, 'lfw/Ann/2.png': png})).toMatch(
      '/x.tar holds images of Ann alone',
    );
    expect(await error({'Ann/1.png': png, '2.png': png})).toMatch('/x.tar holds images of Ann alone');
    await writeFiles(folder.path, {'no.tar': 'x'.repeat(2000), 'empty.tar': ''});
    await expect(imageFolder(join(folder.path, 'no.tar'))).rejects.toThrow(
      'no.tar is not a tar archive, or is damaged',
    );
    await expect(imageFolder(join(folder.path, 'empty.tar'))).rejects.toThrow('empty.tar holds no images');
  });
});

function stripes(...widths: number[]): Buffer {
  return Buffer.concat(widths.map((width, i) => Buffer.alloc(width * 3, i % 2 === 0 ? 0 : 255)));
}

const data = process.env.FACE_MARGINS_DATA;
const lfw = join(data ?? '', 'lfw', 'lfw-112x112.tar');

describe.skipIf(!data || !existsSync(lfw))('LFW (skipped unless FACE_MARGINS_DATA names its folder)', () => {
  it('has the counts it is published with', async () => {
    const faces = await imageFolder(lfw);
    expect(faces.summary()).toBe('13233 images of 5749 identities.');
    expect(faces.select((_, images) => images >= 5).summary()).toBe('5985 images of 423 identities.');
    expect(await faces.images.pixels(13232)).toHaveLength(112 * 112 * 3);
  });
});
