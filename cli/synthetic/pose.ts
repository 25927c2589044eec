import type {Random} from 'face-margins/data';
import type {FaceConfig} from 'facesjs';

/** Every face, however it was drawn, in one photograph: what changes from image to image of a person. */
export interface Pose {
  /** The person with another expression, and with what they wear that day. */
  face: FaceConfig;
  /** Shift of the face in units of the drawing, 400 wide. */
  shift: [number, number];
  /** Degrees. */
  rotation: number;
  scale: number;
  background: string;
  /** Where light comes from, in degrees, and how much darker the other side is. */
  light: {angle: number; strength: number; tint: string};
  brightness: number;
  /** Standard deviation of the blur in pixels. */
  blur: number;
  /** Standard deviation of the noise in gray levels. */
  noise: number;
}

const mouths = ['angry', 'closed', 'mouth', 'mouth5', 'side', 'smile-closed', 'smile', 'smile3', 'straight'];
const glasses = ['glasses1-primary', 'glasses1-secondary', 'glasses2-black', 'glasses2-primary'];
const accessories = ['hat', 'hat2', 'hat3', 'headband', 'headband-high', 'eye-black'];

/** A photograph of a person: expression, accessories, shift, rotation, light and blur drawn at random. */
export function pose(person: FaceConfig, random: Random): Pose {
  const face = structuredClone(person);
  const between = (low: number, high: number) => low + (high - low) * random();
  const oneOf = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)];
  const color = () =>
    `hsl(${Math.floor(360 * random())}, ${Math.floor(between(5, 60))}%, ${Math.floor(between(25, 85))}%)`;

  // Half of the photographs show the person's own mouth, the others an expression.
  if (random() < 0.5) face.mouth.id = oneOf(mouths);
  face.eye.angle += between(-4, 4);
  face.eyebrow.angle += between(-6, 6);
  face.smileLine.size *= between(0.8, 1.25);
  face.fatness = Math.min(1, Math.max(0, face.fatness + between(-0.05, 0.05)));
  if (random() < 0.15) face.glasses.id = oneOf(glasses);
  if (random() < 0.12) face.accessories.id = oneOf(accessories);
  face.teamColors = [color(), color(), color()];
  return {
    face,
    shift: [between(-14, 14), between(-14, 14)],
    rotation: between(-9, 9),
    scale: between(0.92, 1.08),
    background: color(),
    light: {angle: between(0, 360), strength: between(0, 0.45), tint: oneOf(['#000', '#201000', '#001020'])},
    brightness: between(0.75, 1.2),
    blur: random() < 0.5 ? 0 : between(0.3, 1.3),
    noise: between(0, 6),
  };
}
