import {runCommand} from '../../../cli/runCommand';

await runCommand(process.argv.slice(2), {command: 'synthetic', called: 'npm run synthetic --'});
