import {runCommand} from '../../cli/runCommand';

await runCommand(process.argv.slice(2), {command: 'clean', called: 'npm run clean --'});
