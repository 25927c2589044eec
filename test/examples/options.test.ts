import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {heads} from '../../examples/mnist-2d/heads';
import {parseOptions} from '../../examples/mnist-2d/options';

const parse = (...options: string[]) => parseOptions(['node', 'main.ts', ...options]);

describe('parseOptions', () => {
  let printed: string;
  beforeEach(() => {
    printed = '';
    vi.spyOn(process.stderr, 'write').mockImplementation(text => {
      printed += text;
      return true;
    });
    vi.spyOn(process, 'exit').mockImplementation(code => {
      throw new Error(`exit ${code}`);
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('trains softmax, L2-softmax and ArcFace on all images unless told otherwise', () => {
    expect(parse()).toEqual({
      heads: ['softmax', 'l2-softmax', 'arcface'],
      examples: 60000,
      network: 'compact',
      seed: 1,
      out: 'out/mnist-2d',
    });
  });

  it('knows all heads by one word', () => {
    expect(parse('--heads', 'all').heads).toEqual(Object.keys(heads));
  });

  it('reads every option', () => {
    const options =
      '--heads arcface,softmax --epochs 21.5 --examples 5000 --network lenet++ --backend wasm --seed 0';
    expect(parse(...options.split(' '), '--data', 'my mnist', '--out', 'my out')).toEqual({
      heads: ['arcface', 'softmax'],
      epochs: 21.5,
      examples: 5000,
      network: 'lenet++',
      backend: 'wasm',
      seed: 0,
      data: 'my mnist',
      out: 'my out',
    });
  });

  it('trains a head named twice once', () => {
    expect(parse('--heads', 'arcface, arcface').heads).toEqual(['arcface']);
  });

  it.each([
    [['--heads', 'softmax,arcfaec'], "There is no head 'arcfaec'. Allowed are softmax, l2-softmax, arcface"],
    [['--heads', ''], "There is no head ''. Allowed are softmax, l2-softmax, arcface"],
    [['--heads', 'constructor'], "There is no head 'constructor'"],
    [['--network', 'resnet'], 'Allowed choices are compact, lenet++'],
    [['--backend', 'cuda'], 'Allowed choices are tensorflow, wasm, cpu'],
    [['--epochs', '0'], 'It must be a number above 0'],
    [['--epochs', 'ten'], 'It must be a number above 0'],
    [['--examples', '10.5'], 'It must be a whole number of 64 or more'],
    [['--seed', ''], 'It must be a whole number of 0 or more'],
    [['--wrong'], "unknown option '--wrong'"],
    [['surplus'], 'too many arguments'],
  ])('says what is right when given %j', (options, message) => {
    expect(() => parse(...options)).toThrow('exit 1');
    expect(printed).toContain(message);
  });
});
