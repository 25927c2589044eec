import {describe, expect, it} from 'vitest';
import {Means} from '../../../src/train/loop/means';

describe('Means', () => {
  it('gives the mean of each figure over the times that it was measured, and begins anew', () => {
    const means = new Means();
    means.add({loss: 1, accuracy: undefined});
    means.add({loss: 4, accuracy: 0.5});
    means.add({loss: 7});
    expect(means.take()).toEqual({loss: 4, accuracy: 0.5});
    expect(means.take()).toEqual({});
    means.add({loss: 3});
    expect(means.take()).toEqual({loss: 3});
  });

  it('goes on from a state, of which it keeps and gives copies', () => {
    const [means, other] = [new Means(), new Means()];
    means.add({loss: 1});
    const {state} = means;
    other.state = state;
    means.add({loss: 5});
    expect(state).toEqual({loss: [1, 1]});
    other.add({loss: 2});
    expect(other.take()).toEqual({loss: 1.5});
    expect(state).toEqual({loss: [1, 1]});
  });
});
