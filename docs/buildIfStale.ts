/* `npm pack` and `npm publish` pack what lies in dist. This builds it first where it is missing or older than its source. */
import {execSync} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import {isStale} from './isStale';

const root = fileURLToPath(new URL('../', import.meta.url));
// `npm pack --json` prints its result on stdout.
if (isStale(root)) execSync('npm run build', {cwd: root, stdio: ['ignore', 2, 'inherit']});
