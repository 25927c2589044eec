import {runCommand} from '../../cli/runCommand';

await runCommand(process.argv.slice(2), {command: 'verify', called: 'npm run verify --'});
