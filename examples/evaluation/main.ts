import {runCommand} from '../../cli/runCommand';

await runCommand(process.argv.slice(2), {command: 'evaluate', called: 'npm run evaluate --'});
