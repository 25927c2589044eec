import {runCommand} from '../../cli/runCommand';

await runCommand(process.argv.slice(2), {command: 'compare', called: 'npm run compare --'});
