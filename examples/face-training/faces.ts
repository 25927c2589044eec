import {parseFacesOptions} from './facesOptions';
import {runFaces} from './runFaces';
import {filesOf, optionsOfRun} from './runFolder';

try {
  const options = parseFacesOptions(process.argv, optionsOfRun);
  if (!(await runFaces(options))) {
    const where = options.out === 'out/faces' ? '' : ` --out ${options.out}`;
    console.error(
      `\nStopped, with a checkpoint in ${filesOf(options.out).checkpoints}. Go on with: npm run faces -- --resume${where}`,
    );
    process.exit(130);
  }
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
