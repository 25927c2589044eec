import {describe, expect, it} from 'vitest';
import {addressOf, readAddress} from '../../../examples/browser/address';
import {choices, first, plain} from '../../../examples/browser/choices';

describe('the address of the demo', () => {
  it('asks for a head and its margin', () => {
    expect(readAddress('#head=cosface&m=0.2')).toEqual({head: 'cosface', margin: 0.2});
    expect(readAddress('head=a-softmax&m=2')).toEqual({head: 'a-softmax', margin: 2});
    expect(readAddress('#m=0&head=arcface')).toEqual({head: 'arcface', margin: 0});
  });

  it('brings back every head with every margin of its slider', () => {
    for (const [head, {margin: range}] of Object.entries(choices)) {
      if (head === plain) continue;
      const {min, max, step} = range ?? {min: 0, max: 0, step: 1};
      for (let i = 0; i <= Math.round((max - min) / step); i++) {
        const wish = {head, margin: Number((min + i * step).toFixed(4))};
        expect(readAddress(addressOf(wish))).toEqual(wish);
      }
    }
  });

  it('says nothing of a margin where a head has none', () => {
    expect(addressOf({head: 'normface', margin: 0})).toBe('#head=normface');
    expect(readAddress('#head=normface&m=0.3')).toEqual({head: 'normface', margin: 0});
  });

  it('takes the first head for none, an unknown one, the one of the other plane, and names that every object has', () => {
    const wish = {head: first, margin: 0.3};
    for (const hash of ['', '#', '#head=', '#head=arcade', '#head=softmax', '#head=constructor', '#%']) {
      expect(readAddress(hash)).toEqual(wish);
    }
  });

  it('takes the usual margin for what is no number, and the nearest of the slider for others', () => {
    const margin = (m: string) => readAddress(`#head=arcface&m=${m}`).margin;
    expect(['', 'x', 'NaN', 'Infinity', '%20'].map(margin)).toEqual([0.3, 0.3, 0.3, 0.3, 0.3]);
    expect(['9', '-1', '0.31', '0.33', '1e-9'].map(margin)).toEqual([0.6, 0, 0.3, 0.35, 0]);
  });
});
