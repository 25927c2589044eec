#!/usr/bin/env node
import {runCommand} from './runCommand';

await runCommand(process.argv.slice(2));
