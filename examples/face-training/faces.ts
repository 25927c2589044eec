import {runCommand} from '../../cli/runCommand';

await runCommand(process.argv.slice(2), {command: 'train', called: 'npm run faces --'});
