import type {TargetLoss} from '../../ops/margin/targetLoss';
import {type FocalLoss, focal} from './focal';

/** A target loss as plain data, in a saved layer. */
export type SavedTargetLoss =
  | {
      /** A {@link focal} loss. */
      kind: 'focal';
      /** Its γ. */
      gamma: number;
    }
  | {
      /** Code of the user's own, which is not saved. */
      kind: 'custom';
    };

/** The target loss as a layer's configuration stores it; null is the cross-entropy. */
export function savedTargetLoss(loss: TargetLoss | undefined): SavedTargetLoss | null {
  if (loss === undefined) return null;
  const {gamma} = loss as Partial<FocalLoss>;
  return gamma === undefined ? {kind: 'custom'} : {kind: 'focal', gamma};
}

const lost = (): never => {
  throw new Error(
    'targetLoss: the saved head had a custom target loss, which is code and is not saved. Make a new head with that target loss, and set its weights from the loaded head.',
  );
};

/** The target loss of a stored configuration. Functions are not saved: a custom one throws when it is used. */
export function targetLossFrom(
  saved: TargetLoss | SavedTargetLoss | null | undefined,
): TargetLoss | undefined {
  if (saved == null) return undefined;
  if (!('kind' in saved)) return saved;
  return saved.kind === 'focal' ? focal({gamma: saved.gamma}) : {value: lost, derivative: lost};
}
