import {describe, expect, it} from 'vitest';
import {nearestPoint, nextAround} from '../../../examples/browser/hitTest';

describe('nearestPoint', () => {
  const points = [10, 10, 14, 10, 100, 50];

  it('is the nearest of those that are near enough', () => {
    expect(nearestPoint(points, [11.5, 10], 16)).toBe(0);
    expect(nearestPoint(points, [12.5, 10], 16)).toBe(1);
    expect(nearestPoint(points, [100, 66], 16)).toBe(2);
  });

  it('is none where all are farther, or there are none', () => {
    expect(nearestPoint(points, [100, 66.1], 16)).toBeUndefined();
    expect(nearestPoint([], [0, 0], 16)).toBeUndefined();
  });
});

describe('nextAround', () => {
  const points = [0, -2, 1, 0.1, -3, 0.1, 0, 1];

  it('goes around counterclockwise from the right, comes to every point, and begins again', () => {
    const visited = [];
    let at: number | undefined;
    for (let i = 0; i < 5; i++) {
      at = nextAround(points, at);
      visited.push(at);
    }
    expect(visited).toEqual([1, 3, 2, 0, 1]);
  });

  it('goes back', () => {
    expect([undefined, 1, 0].map(from => nextAround(points, from, true))).toEqual([0, 0, 2]);
  });

  it('leaves none out where several lie in one direction', () => {
    const row = [1, 0, 2, 0, 3, 0];
    expect([undefined, 0, 1, 2].map(from => nextAround(row, from))).toEqual([0, 1, 2, 0]);
  });
});
