import { createModules } from './app.ts';

// What `cdktf synth` runs: it writes every module as JSON to cdktf.out.
createModules().app.synth();
